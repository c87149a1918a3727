import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const KINDS = "'batch','failed_uploads','import','my_uploads'";
const FORMATS = "'csv','json','ndjson','wikitext-gallery','quickstatements'";

const UP = [
  `CREATE TABLE export_files (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    kind enum(${KINDS}) NOT NULL,
    subject_id varchar(100) NOT NULL,
    data_at datetime(3) NOT NULL,
    format enum(${FORMATS}) NOT NULL,
    storage_id bigint unsigned NULL,
    name varchar(200) NOT NULL,
    place varchar(255) NOT NULL,
    size bigint unsigned NULL,
    row_count int unsigned NULL,
    sha256 char(64) NULL,
    read_at datetime(3) NULL,
    written_at datetime(3) NULL,
    last_downloaded_at datetime(3) NULL,
    expires_at datetime(3) NOT NULL,
    created_at datetime(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_export_files_place (place),
    KEY ix_export_files_expires (expires_at),
    KEY ix_export_files_storage (storage_id, name),
    CONSTRAINT fk_export_files_storage FOREIGN KEY (storage_id) REFERENCES storages (id) ON DELETE NO ACTION ON UPDATE NO ACTION
  ) ${TABLE}`,
  `CREATE TABLE exports (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    userid varchar(64) NOT NULL,
    kind enum(${KINDS}) NOT NULL,
    ref_id bigint unsigned NULL,
    format enum(${FORMATS}) NOT NULL,
    storage_id bigint unsigned NULL,
    job_id bigint unsigned NOT NULL,
    file_id bigint unsigned NULL,
    created_at datetime(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_exports_job (job_id),
    KEY ix_exports_user (userid, id),
    KEY ix_exports_file (file_id),
    KEY ix_exports_storage (storage_id),
    CONSTRAINT fk_exports_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION,
    CONSTRAINT fk_exports_job FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE ON UPDATE NO ACTION,
    CONSTRAINT fk_exports_file FOREIGN KEY (file_id) REFERENCES export_files (id) ON DELETE SET NULL ON UPDATE NO ACTION
  ) ${TABLE}`,
  'ALTER TABLE batches ADD COLUMN last_exported_at datetime(3) NULL',
  'ALTER TABLE imports ADD COLUMN last_exported_at datetime(3) NULL',
  'ALTER TABLE upload_requests ADD KEY ix_upload_requests_batch (batchid, id), ADD KEY ix_upload_requests_user (userid, id)',
];

const DOWN = [
  'ALTER TABLE upload_requests DROP KEY ix_upload_requests_user, DROP KEY ix_upload_requests_batch',
  'ALTER TABLE imports DROP COLUMN last_exported_at',
  'ALTER TABLE batches DROP COLUMN last_exported_at',
  'DROP TABLE exports',
  'DROP TABLE export_files',
];

/** Exports as people asked for them, and the files that were written for them. */
export class AddExports1795478406000 implements MigrationInterface {
  name = 'AddExports1795478406000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
