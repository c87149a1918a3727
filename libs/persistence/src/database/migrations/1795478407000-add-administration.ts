import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API tokens, a record of what administrators changed, and what their lists are searched by. */
export class AddAdministration1795478407000 implements MigrationInterface {
  name = 'AddAdministration1795478407000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE api_tokens (
      id bigint unsigned NOT NULL AUTO_INCREMENT,
      userid varchar(64) NOT NULL,
      name varchar(100) NOT NULL,
      token_hash char(64) NOT NULL,
      hint char(8) NOT NULL,
      scopes json NOT NULL,
      created_at datetime(3) NOT NULL,
      expires_at datetime(3) NULL,
      last_used_at datetime(3) NULL,
      PRIMARY KEY (id),
      UNIQUE KEY uq_api_tokens_hash (token_hash),
      KEY ix_api_tokens_user (userid, id),
      CONSTRAINT fk_api_tokens_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION
    ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query(`CREATE TABLE audit_log (
      id bigint unsigned NOT NULL AUTO_INCREMENT,
      userid varchar(64) NOT NULL,
      username varchar(255) NOT NULL,
      action varchar(64) NOT NULL,
      subject_kind varchar(32) NOT NULL,
      subject_id varchar(64) NOT NULL,
      state_before json NULL,
      state_after json NULL,
      request_id varchar(64) NULL,
      created_at datetime(3) NOT NULL,
      PRIMARY KEY (id),
      KEY ix_audit_log_user (userid, id),
      KEY ix_audit_log_action (action, id),
      KEY ix_audit_log_subject (subject_kind, subject_id, id),
      KEY ix_audit_log_created (created_at)
    ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await runner.query('ALTER TABLE users ADD KEY ix_users_created (created_at)');
    await runner.query(`ALTER TABLE upload_requests
      ADD COLUMN failure varchar(16) NULL AFTER error,
      ADD KEY ix_upload_requests_created (created_at),
      ADD KEY ix_upload_requests_status_created (status, created_at),
      ADD KEY ix_upload_requests_filename (filename, userid, failure),
      ADD KEY ix_upload_requests_failure (failure, batchid, handler, userid)`);
    await runner.query("UPDATE upload_requests SET failure = 'other' WHERE status = 'failed'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE upload_requests
      DROP KEY ix_upload_requests_failure, DROP KEY ix_upload_requests_filename,
      DROP KEY ix_upload_requests_status_created, DROP KEY ix_upload_requests_created, DROP COLUMN failure`);
    await runner.query('ALTER TABLE users DROP KEY ix_users_created');
    await runner.query('DROP TABLE audit_log');
    await runner.query('DROP TABLE api_tokens');
  }
}
