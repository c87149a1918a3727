import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of each file that a background job moves from one category to another. */
export class AddRecategorizedFiles1795478403000 implements MigrationInterface {
  name = 'AddRecategorizedFiles1795478403000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE recategorized_files (
      job_id bigint unsigned NOT NULL,
      title varchar(300) NOT NULL,
      state enum('pending','editing','moved','untouched') NOT NULL,
      reason varchar(500) NULL,
      revid bigint unsigned NULL,
      edited_at datetime(3) NULL,
      PRIMARY KEY (job_id, title),
      KEY ix_recategorized_files_state (job_id, state, title),
      KEY ix_recategorized_files_edited (edited_at),
      CONSTRAINT fk_recategorized_files_job FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE ON UPDATE NO ACTION
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE recategorized_files');
  }
}
