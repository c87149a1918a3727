import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the uploads of an image by its id at the source. */
export class AddLedgerIndex1795478402000 implements MigrationInterface {
  name = 'AddLedgerIndex1795478402000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE upload_requests ADD KEY ix_upload_requests_source (handler, `key`), ALGORITHM=INPLACE, LOCK=NONE',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE upload_requests DROP KEY ix_upload_requests_source');
  }
}
