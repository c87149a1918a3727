import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where rows came from that were moved from the database of the Python backend. */
export class AddPythonRows1795478421000 implements MigrationInterface {
  name = 'AddPythonRows1795478421000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE python_rows (
      kind varchar(16) NOT NULL,
      old_id bigint unsigned NOT NULL,
      part int unsigned NOT NULL,
      new_id bigint unsigned NOT NULL,
      is_settled tinyint NOT NULL,
      moved_at datetime(3) NOT NULL,
      PRIMARY KEY (kind, old_id, part),
      KEY ix_python_rows_unsettled (kind, is_settled, old_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE python_rows');
  }
}
