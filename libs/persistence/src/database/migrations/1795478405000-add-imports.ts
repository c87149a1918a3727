import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';
const PEOPLE = 'REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION';
const RUNS = 'REFERENCES import_runs (id) ON DELETE NO ACTION ON UPDATE NO ACTION';

const TABLES = [
  `CREATE TABLE import_runs (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    userid varchar(64) NOT NULL,
    title varchar(255) NOT NULL,
    depth int unsigned NOT NULL,
    current_key char(64) NULL,
    job_id bigint unsigned NULL,
    category varchar(255) NULL,
    redirects json NULL,
    chunk_count int unsigned NOT NULL,
    file_count int unsigned NOT NULL,
    category_count int unsigned NOT NULL,
    other_count int unsigned NOT NULL,
    is_truncated tinyint NOT NULL,
    created_at datetime(3) NOT NULL,
    completed_at datetime(3) NULL,
    expires_at datetime(3) NULL,
    abandoned_at datetime(3) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_import_runs_current (current_key),
    KEY ix_import_runs_expires_at (expires_at),
    KEY ix_import_runs_created_at (created_at),
    CONSTRAINT fk_import_runs_user FOREIGN KEY (userid) ${PEOPLE}
  ) ${TABLE}`,
  `CREATE TABLE imports (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    userid varchar(64) NOT NULL,
    run_id bigint unsigned NOT NULL,
    created_at datetime(3) NOT NULL,
    cancelled_at datetime(3) NULL,
    PRIMARY KEY (id),
    KEY ix_imports_user (userid, id),
    KEY ix_imports_run (run_id, userid),
    CONSTRAINT fk_imports_user FOREIGN KEY (userid) ${PEOPLE},
    CONSTRAINT fk_imports_run FOREIGN KEY (run_id) ${RUNS}
  ) ${TABLE}`,
  `CREATE TABLE import_categories (
    run_id bigint unsigned NOT NULL,
    number int unsigned NOT NULL,
    level int unsigned NOT NULL,
    title varchar(255) NOT NULL,
    PRIMARY KEY (run_id, number),
    UNIQUE KEY uq_import_categories_title (run_id, title),
    CONSTRAINT fk_import_categories_run FOREIGN KEY (run_id) ${RUNS}
  ) ${TABLE}`,
  `CREATE TABLE import_files (
    run_id bigint unsigned NOT NULL,
    position int unsigned NOT NULL,
    page_id bigint unsigned NOT NULL,
    category_number int unsigned NOT NULL,
    name varchar(255) NOT NULL,
    width int unsigned NOT NULL,
    height int unsigned NOT NULL,
    size bigint unsigned NOT NULL,
    mime varchar(255) NOT NULL,
    sha1 char(40) NOT NULL,
    first_uploader varchar(255) NULL,
    first_uploaded_at datetime(3) NULL,
    latest_uploader varchar(255) NULL,
    latest_uploaded_at datetime(3) NULL,
    PRIMARY KEY (run_id, position),
    UNIQUE KEY uq_import_files_page (run_id, page_id),
    KEY ix_import_files_name (run_id, name),
    CONSTRAINT fk_import_files_run FOREIGN KEY (run_id) ${RUNS}
  ) ${TABLE}`,
];

/** Imports of categories: each person's own, the runs that they share, and what the runs found. */
export class AddImports1795478405000 implements MigrationInterface {
  name = 'AddImports1795478405000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['import_files', 'import_categories', 'imports', 'import_runs']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
