import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** Quotas, who was told that one is nearly spent, and of each upload whether and how much it counts. */
export class AddQuotas1795478408000 implements MigrationInterface {
  name = 'AddQuotas1795478408000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE quotas (
      id bigint unsigned NOT NULL AUTO_INCREMENT,
      name varchar(255) NOT NULL,
      description text NOT NULL,
      enable tinyint NOT NULL,
      type varchar(32) NOT NULL,
      value bigint unsigned NOT NULL,
      period varchar(16) NOT NULL,
      period_hours int unsigned NULL,
      until_at datetime(3) NULL,
      default_for varchar(32) NULL,
      created_at datetime(3) NOT NULL,
      updated_at datetime(3) NOT NULL,
      PRIMARY KEY (id),
      UNIQUE KEY uq_quotas_name (name),
      UNIQUE KEY uq_quotas_default (default_for)
    ) ${TABLE}`);
    await runner.query(`CREATE TABLE user_quotas (
      userid varchar(64) NOT NULL,
      type varchar(32) NOT NULL,
      quota_id bigint unsigned NOT NULL,
      created_at datetime(3) NOT NULL,
      PRIMARY KEY (userid, type),
      KEY ix_user_quotas_quota (quota_id),
      CONSTRAINT fk_user_quotas_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION,
      CONSTRAINT fk_user_quotas_quota FOREIGN KEY (quota_id) REFERENCES quotas (id) ON DELETE NO ACTION ON UPDATE NO ACTION
    ) ${TABLE}`);
    await runner.query(`CREATE TABLE quota_warnings (
      userid varchar(64) NOT NULL,
      quota_id bigint unsigned NOT NULL,
      reached_at datetime(3) NOT NULL,
      told_at datetime(3) NULL,
      PRIMARY KEY (userid, quota_id),
      KEY ix_quota_warnings_quota (quota_id),
      KEY ix_quota_warnings_told (told_at),
      CONSTRAINT fk_quota_warnings_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION,
      CONSTRAINT fk_quota_warnings_quota FOREIGN KEY (quota_id) REFERENCES quotas (id) ON DELETE CASCADE ON UPDATE NO ACTION
    ) ${TABLE}`);
    await runner.query(`ALTER TABLE upload_requests
      ADD COLUMN was_refused tinyint NOT NULL DEFAULT 0, ADD COLUMN bytes bigint unsigned NULL,
      ADD KEY ix_upload_requests_quota (userid, created_at, status, was_refused, bytes)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE upload_requests DROP KEY ix_upload_requests_quota,
      DROP COLUMN bytes, DROP COLUMN was_refused`);
    await runner.query('DROP TABLE quota_warnings');
    await runner.query('DROP TABLE user_quotas');
    await runner.query('DROP TABLE quotas');
  }
}
