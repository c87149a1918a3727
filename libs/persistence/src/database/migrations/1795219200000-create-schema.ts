import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const STATUSES =
  "'queued','in_progress','completed','failed','cancelled','duplicate','duplicated_sdc_updated','duplicated_sdc_not_updated'";

const TABLES = [
  `CREATE TABLE users (
    userid varchar(64) NOT NULL,
    username varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
    access_token varchar(1024) NULL,
    token_saved_at datetime(3) NULL,
    paused_at datetime(3) NULL,
    paused_reason text NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    PRIMARY KEY (userid),
    KEY ix_users_username (username)
  ) ${TABLE}`,
  `CREATE TABLE batches (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    userid varchar(64) NOT NULL,
    edit_group_id char(12) NOT NULL,
    retry_of bigint unsigned NULL,
    paused_at datetime(3) NULL,
    paused_reason text NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    PRIMARY KEY (id),
    KEY ix_batches_user (userid, id),
    KEY ix_batches_retry_of (retry_of),
    UNIQUE KEY uq_batches_edit_group (edit_group_id),
    CONSTRAINT fk_batches_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION,
    CONSTRAINT fk_batches_retry_of FOREIGN KEY (retry_of) REFERENCES batches (id) ON DELETE NO ACTION ON UPDATE NO ACTION
  ) ${TABLE}`,
  `CREATE TABLE upload_slices (
    batchid bigint unsigned NOT NULL,
    sliceid int unsigned NOT NULL,
    items_hash varchar(64) NOT NULL,
    created_at datetime(3) NOT NULL,
    PRIMARY KEY (batchid, sliceid),
    CONSTRAINT fk_upload_slices_batch FOREIGN KEY (batchid) REFERENCES batches (id) ON DELETE NO ACTION ON UPDATE NO ACTION
  ) ${TABLE}`,
  `CREATE TABLE upload_requests (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    batchid bigint unsigned NOT NULL,
    userid varchar(64) NOT NULL,
    status enum(${STATUSES}) NOT NULL,
    \`key\` varchar(255) NOT NULL,
    handler varchar(32) NOT NULL,
    collection varchar(2048) NOT NULL,
    filename varchar(500) NOT NULL,
    wikitext mediumtext NOT NULL,
    copyright_override tinyint NOT NULL,
    labels json NULL,
    result text NULL,
    error json NULL,
    success varchar(2048) NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    version int unsigned NOT NULL DEFAULT 1,
    planned_at datetime(3) NOT NULL,
    not_before datetime(3) NULL,
    due_at datetime(3) NOT NULL,
    dispatched_at datetime(3) NULL,
    attempts json NOT NULL,
    lease_owner varchar(100) NULL,
    leased_until datetime(3) NULL,
    cancel_requested_at datetime(3) NULL,
    committed_at datetime(3) NULL,
    checkpoint json NOT NULL,
    sdc_owed tinyint NOT NULL DEFAULT 0,
    refresh_owed tinyint NOT NULL DEFAULT 0,
    owed_due_at datetime(3) NULL,
    access_token varchar(1024) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_upload_requests_batch_key (batchid, \`key\`),
    KEY ix_upload_requests_batch_status (batchid, status, updated_at),
    KEY ix_upload_requests_dispatch (status, dispatched_at, userid, batchid, due_at),
    KEY ix_upload_requests_lease (status, leased_until),
    KEY ix_upload_requests_user_status (userid, status, planned_at),
    KEY ix_upload_requests_user_committed (userid, committed_at),
    KEY ix_upload_requests_sdc_owed (sdc_owed, owed_due_at),
    KEY ix_upload_requests_refresh_owed (refresh_owed, owed_due_at),
    CONSTRAINT fk_upload_requests_batch FOREIGN KEY (batchid) REFERENCES batches (id) ON DELETE NO ACTION ON UPDATE NO ACTION,
    CONSTRAINT fk_upload_requests_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION
  ) ${TABLE}`,
  `CREATE TABLE presets (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    userid varchar(64) NOT NULL,
    handler varchar(32) NOT NULL,
    title varchar(255) NOT NULL,
    title_template text NOT NULL,
    labels json NULL,
    categories text NULL,
    exclude_from_date_category tinyint NOT NULL,
    is_default tinyint NOT NULL,
    created_at datetime(3) NOT NULL,
    updated_at datetime(3) NOT NULL,
    PRIMARY KEY (id),
    KEY ix_presets_user_handler (userid, handler),
    CONSTRAINT fk_presets_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION
  ) ${TABLE}`,
];

export class CreateSchema1795219200000 implements MigrationInterface {
  name = 'CreateSchema1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['presets', 'upload_requests', 'upload_slices', 'batches', 'users']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
