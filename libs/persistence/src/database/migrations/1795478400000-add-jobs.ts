import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Background jobs: imports, exports and changes of many pages. */
export class AddJobs1795478400000 implements MigrationInterface {
  name = 'AddJobs1795478400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE jobs (
      id bigint unsigned NOT NULL AUTO_INCREMENT,
      kind varchar(32) NOT NULL,
      userid varchar(64) NOT NULL,
      subject varchar(1000) NOT NULL,
      subject_key char(64) NOT NULL,
      open_key char(64) NULL,
      params json NOT NULL,
      status enum('queued','running','complete','failed','cancelled') NOT NULL,
      done int unsigned NOT NULL,
      total int unsigned NULL,
      position json NULL,
      result json NULL,
      error json NULL,
      attempts int unsigned NOT NULL,
      due_at datetime(3) NOT NULL,
      lease_owner varchar(100) NULL,
      leased_until datetime(3) NULL,
      served_at datetime(3) NULL,
      cancel_requested_at datetime(3) NULL,
      created_at datetime(3) NOT NULL,
      updated_at datetime(3) NOT NULL,
      started_at datetime(3) NULL,
      ended_at datetime(3) NULL,
      PRIMARY KEY (id),
      UNIQUE KEY uq_jobs_open (open_key),
      KEY ix_jobs_waiting (status, userid, due_at),
      KEY ix_jobs_due (status, due_at),
      KEY ix_jobs_lease (status, leased_until),
      KEY ix_jobs_user_kind (userid, kind, subject_key),
      KEY ix_jobs_user_served (userid, served_at),
      KEY ix_jobs_ended (ended_at),
      CONSTRAINT fk_jobs_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE jobs');
  }
}
