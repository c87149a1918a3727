import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is needed to tell whose turn it is: which batches may have something queued, which uploads are only to be committed,
 * and when each person was served last.
 */
export class AddTurns1795305600000 implements MigrationInterface {
  name = 'AddTurns1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD COLUMN served_at datetime(3) NULL AFTER token_saved_at');
    await runner.query(`ALTER TABLE upload_requests
      ADD COLUMN staged tinyint NOT NULL DEFAULT 0 AFTER due_at,
      ADD KEY ix_upload_requests_turn (batchid, status, staged, due_at, not_before)`);
    await runner.query(`ALTER TABLE batches ADD COLUMN open tinyint NOT NULL DEFAULT 1 AFTER retry_of,
      ADD KEY ix_batches_open (open)`);
    await runner.query(`UPDATE batches SET open = 0
      WHERE id NOT IN (SELECT batchid FROM upload_requests WHERE status IN ('queued', 'in_progress'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE batches DROP KEY ix_batches_open, DROP COLUMN open');
    await runner.query('ALTER TABLE upload_requests DROP KEY ix_upload_requests_turn, DROP COLUMN staged');
    await runner.query('ALTER TABLE users DROP COLUMN served_at');
  }
}
