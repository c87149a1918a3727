import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where exports are kept beside the directory of this server. */
export class AddStorages1795478404000 implements MigrationInterface {
  name = 'AddStorages1795478404000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE storages (
      id bigint unsigned NOT NULL AUTO_INCREMENT,
      name varchar(255) NOT NULL,
      description text NOT NULL,
      resource json NOT NULL,
      place_key char(64) NOT NULL,
      credentials text NULL,
      active tinyint NOT NULL,
      created_at datetime(3) NOT NULL,
      modified_at datetime(3) NOT NULL,
      PRIMARY KEY (id),
      UNIQUE KEY uq_storages_name (name),
      UNIQUE KEY uq_storages_place (place_key)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE storages');
  }
}
