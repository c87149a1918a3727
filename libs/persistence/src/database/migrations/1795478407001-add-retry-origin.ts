import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From which batch an administrator's retry took an upload: several batches can come together in one. */
export class AddRetryOrigin1795478407001 implements MigrationInterface {
  name = 'AddRetryOrigin1795478407001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE upload_requests ADD COLUMN retry_of_batch bigint unsigned NULL AFTER batchid',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE upload_requests DROP COLUMN retry_of_batch');
  }
}
