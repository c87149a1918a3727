const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=binary';

const PAGE = `CREATE TABLE page (
  page_id int unsigned NOT NULL AUTO_INCREMENT,
  page_namespace int NOT NULL,
  page_title varbinary(255) NOT NULL,
  page_is_redirect tinyint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (page_id),
  UNIQUE KEY page_name_title (page_namespace, page_title)
) ${TABLE}`;

/**
 * Tables of the core cluster, as MediaWiki has them, as far as they are read.
 * @see https://www.mediawiki.org/wiki/Manual:Category_table
 */
export const CORE_TABLES: readonly string[] = [
  PAGE,
  `CREATE TABLE category (
    cat_id int unsigned NOT NULL AUTO_INCREMENT,
    cat_title varbinary(255) NOT NULL,
    cat_pages int NOT NULL DEFAULT 0,
    cat_subcats int NOT NULL DEFAULT 0,
    cat_files int NOT NULL DEFAULT 0,
    PRIMARY KEY (cat_id),
    UNIQUE KEY cat_title (cat_title),
    KEY cat_pages (cat_pages)
  ) ${TABLE}`,
];

/**
 * Tables of the links cluster with its copy of the pages.
 * @see https://www.mediawiki.org/wiki/Manual:Pagelinks_table
 */
export const LINKS_TABLES: readonly string[] = [
  PAGE,
  `CREATE TABLE linktarget (
    lt_id bigint unsigned NOT NULL AUTO_INCREMENT,
    lt_namespace int NOT NULL,
    lt_title varbinary(255) NOT NULL,
    PRIMARY KEY (lt_id),
    UNIQUE KEY lt_namespace_title (lt_namespace, lt_title)
  ) ${TABLE}`,
  `CREATE TABLE pagelinks (
    pl_from int unsigned NOT NULL,
    pl_from_namespace int NOT NULL DEFAULT 0,
    pl_target_id bigint unsigned NOT NULL,
    PRIMARY KEY (pl_from, pl_target_id),
    KEY pl_target_id (pl_target_id, pl_from),
    KEY pl_backlinks_namespace_target_id (pl_from_namespace, pl_target_id, pl_from)
  ) ${TABLE}`,
  `CREATE TABLE templatelinks (
    tl_from int unsigned NOT NULL,
    tl_from_namespace int NOT NULL DEFAULT 0,
    tl_target_id bigint unsigned NOT NULL,
    PRIMARY KEY (tl_from, tl_target_id),
    KEY tl_target_id (tl_target_id, tl_from),
    KEY tl_backlinks_namespace_target_id (tl_from_namespace, tl_target_id, tl_from)
  ) ${TABLE}`,
  `CREATE TABLE categorylinks (
    cl_from int unsigned NOT NULL,
    cl_sortkey varbinary(230) NOT NULL DEFAULT '',
    cl_timestamp timestamp NOT NULL DEFAULT '2026-01-01 00:00:00',
    cl_sortkey_prefix varbinary(255) NOT NULL DEFAULT '',
    cl_type enum('page','subcat','file') NOT NULL DEFAULT 'page',
    cl_collation_id smallint unsigned NOT NULL DEFAULT 1,
    cl_target_id bigint unsigned NOT NULL,
    PRIMARY KEY (cl_from, cl_target_id),
    KEY cl_sortkey_id (cl_target_id, cl_type, cl_sortkey, cl_from),
    KEY cl_timestamp_id (cl_target_id, cl_timestamp)
  ) ${TABLE}`,
];
