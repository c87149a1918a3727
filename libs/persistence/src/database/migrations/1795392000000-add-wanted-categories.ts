import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const TABLES = [
  `CREATE TABLE wanted_category_lists (
    id int unsigned NOT NULL AUTO_INCREMENT,
    started_at datetime(3) NOT NULL,
    completed_at datetime(3) NULL,
    item_count int unsigned NOT NULL,
    PRIMARY KEY (id)
  ) ${TABLE}`,
  `CREATE TABLE wanted_categories (
    list_id int unsigned NOT NULL,
    position int unsigned NOT NULL,
    title varchar(255) NOT NULL,
    subcats int unsigned NOT NULL,
    files int unsigned NOT NULL,
    total int unsigned NOT NULL,
    is_forgotten tinyint NOT NULL,
    PRIMARY KEY (list_id, position),
    KEY ix_wanted_categories_title (title),
    KEY ix_wanted_categories_forgotten (list_id, is_forgotten, position)
  ) ${TABLE}`,
  `CREATE TABLE wanted_category_finds (
    list_id int unsigned NOT NULL,
    rank_key bigint NOT NULL,
    title varchar(255) NOT NULL,
    subcats int unsigned NOT NULL,
    files int unsigned NOT NULL,
    total int unsigned NOT NULL,
    PRIMARY KEY (list_id, rank_key, title)
  ) ${TABLE}`,
  `CREATE TABLE forgotten_categories (
    title varchar(255) NOT NULL,
    forgotten_at datetime(3) NOT NULL,
    PRIMARY KEY (title),
    KEY ix_forgotten_categories_forgotten_at (forgotten_at)
  ) ${TABLE}`,
];

/** The categories of the wiki that have members but no page: the list that people see, and the next one in the making. */
export class AddWantedCategories1795392000000 implements MigrationInterface {
  name = 'AddWantedCategories1795392000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'forgotten_categories',
      'wanted_category_finds',
      'wanted_categories',
      'wanted_category_lists',
    ]) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
