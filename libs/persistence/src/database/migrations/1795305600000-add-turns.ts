import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is needed to tell whose turn it is: which uploads are only to be committed, and when each person was served last. */
export class AddTurns1795305600000 implements MigrationInterface {
  name = 'AddTurns1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD COLUMN served_at datetime(3) NULL AFTER token_saved_at');
    await runner.query(`ALTER TABLE upload_requests
      ADD COLUMN staged tinyint NOT NULL DEFAULT 0 AFTER due_at,
      ADD KEY ix_upload_requests_turn (status, staged, userid, batchid, due_at, not_before)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE upload_requests DROP KEY ix_upload_requests_turn, DROP COLUMN staged');
    await runner.query('ALTER TABLE users DROP COLUMN served_at');
  }
}
