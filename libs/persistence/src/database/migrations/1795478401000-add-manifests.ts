import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const TABLES = [
  `CREATE TABLE manifests (
    id char(36) NOT NULL,
    userid varchar(64) NOT NULL,
    created_at datetime(3) NOT NULL,
    PRIMARY KEY (id),
    KEY ix_manifests_user (userid, created_at),
    CONSTRAINT fk_manifests_user FOREIGN KEY (userid) REFERENCES users (userid) ON DELETE NO ACTION ON UPDATE NO ACTION
  ) ${TABLE}`,
  `CREATE TABLE manifest_rows (
    manifest_id char(36) NOT NULL,
    position int unsigned NOT NULL,
    \`key\` varchar(255) NOT NULL,
    cells json NOT NULL,
    PRIMARY KEY (manifest_id, position),
    UNIQUE KEY uq_manifest_rows_key (manifest_id, \`key\`),
    CONSTRAINT fk_manifest_rows_manifest FOREIGN KEY (manifest_id) REFERENCES manifests (id) ON DELETE NO ACTION ON UPDATE NO ACTION
  ) ${TABLE}`,
];

/** Tables of images that people hand in: an upload finds its row by the manifest's id and its own key. */
export class AddManifests1795478401000 implements MigrationInterface {
  name = 'AddManifests1795478401000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE manifest_rows');
    await runner.query('DROP TABLE manifests');
  }
}
