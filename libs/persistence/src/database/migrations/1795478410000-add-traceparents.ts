import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By which the trace of a request goes on in the worker that does what it asked for. */
export class AddTraceparents1795478410000 implements MigrationInterface {
  name = 'AddTraceparents1795478410000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE upload_requests ADD COLUMN traceparent varchar(55) NULL');
    await runner.query('ALTER TABLE jobs ADD COLUMN traceparent varchar(55) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE jobs DROP COLUMN traceparent');
    await runner.query('ALTER TABLE upload_requests DROP COLUMN traceparent');
  }
}
