const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=binary';

const PAGE = `CREATE TABLE page (
  page_id int unsigned NOT NULL AUTO_INCREMENT,
  page_namespace int NOT NULL,
  page_title varbinary(255) NOT NULL,
  page_is_redirect tinyint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (page_id),
  UNIQUE KEY page_name_title (page_namespace, page_title)
) ${TABLE}`;

const ACTOR = `CREATE TABLE actor (
  actor_id bigint unsigned NOT NULL AUTO_INCREMENT,
  actor_user int unsigned DEFAULT NULL,
  actor_name varbinary(255) NOT NULL,
  PRIMARY KEY (actor_id),
  UNIQUE KEY actor_name (actor_name)
) ${TABLE}`;

/** @see https://www.mediawiki.org/wiki/Manual:File_table */
const FILE_TABLES: readonly string[] = [
  ACTOR,
  `CREATE TABLE file (
    file_id bigint unsigned NOT NULL AUTO_INCREMENT,
    file_name varbinary(255) NOT NULL,
    file_latest bigint unsigned NOT NULL,
    file_type smallint unsigned NOT NULL,
    file_deleted smallint unsigned NOT NULL,
    PRIMARY KEY (file_id),
    UNIQUE KEY file_name (file_name),
    KEY file_latest (file_latest)
  ) ${TABLE}`,
  `CREATE TABLE filerevision (
    fr_id bigint unsigned NOT NULL AUTO_INCREMENT,
    fr_file bigint NOT NULL,
    fr_size bigint unsigned NOT NULL DEFAULT 0,
    fr_width int unsigned NOT NULL DEFAULT 0,
    fr_height int unsigned NOT NULL DEFAULT 0,
    fr_bits int unsigned NOT NULL DEFAULT 0,
    fr_description_id bigint unsigned NOT NULL,
    fr_actor bigint unsigned DEFAULT NULL,
    fr_timestamp binary(14) NOT NULL,
    fr_sha1 varbinary(32) NOT NULL DEFAULT '',
    fr_archive_name varbinary(255) NOT NULL DEFAULT '',
    fr_deleted smallint unsigned NOT NULL,
    PRIMARY KEY (fr_id),
    KEY fr_actor_timestamp (fr_actor, fr_timestamp),
    KEY fr_file (fr_file)
  ) ${TABLE}`,
  `CREATE TABLE filetypes (
    ft_id smallint unsigned NOT NULL AUTO_INCREMENT,
    ft_media_type varbinary(255) NOT NULL,
    ft_major_mime varbinary(255) NOT NULL,
    ft_minor_mime varbinary(255) NOT NULL,
    PRIMARY KEY (ft_id),
    UNIQUE KEY ft_media_mime (ft_media_type, ft_major_mime, ft_minor_mime)
  ) ${TABLE}`,
];

/** What the file tables took the place of. @see https://www.mediawiki.org/wiki/Manual:Image_table */
export const OLDER_FILE_TABLES: readonly string[] = [
  `CREATE TABLE image (
    img_name varbinary(255) NOT NULL,
    img_size bigint unsigned NOT NULL DEFAULT 0,
    img_width int NOT NULL DEFAULT 0,
    img_height int NOT NULL DEFAULT 0,
    img_major_mime enum('unknown','application','audio','image','text','video') NOT NULL DEFAULT 'unknown',
    img_minor_mime varbinary(100) NOT NULL DEFAULT 'unknown',
    img_actor bigint unsigned NOT NULL,
    img_timestamp binary(14) NOT NULL,
    img_sha1 varbinary(32) NOT NULL DEFAULT '',
    PRIMARY KEY (img_name)
  ) ${TABLE}`,
  `CREATE TABLE oldimage (
    oi_name varbinary(255) NOT NULL,
    oi_archive_name varbinary(255) NOT NULL DEFAULT '',
    oi_actor bigint unsigned NOT NULL,
    oi_timestamp binary(14) NOT NULL,
    KEY oi_name_timestamp (oi_name, oi_timestamp)
  ) ${TABLE}`,
];

/** As `categorylinks` was while it named categories by their titles. */
export const OLDER_CATEGORY_LINKS = `CREATE TABLE categorylinks (
  cl_from int unsigned NOT NULL,
  cl_to varbinary(255) NOT NULL,
  cl_sortkey varbinary(230) NOT NULL DEFAULT '',
  cl_type enum('page','subcat','file') NOT NULL DEFAULT 'page',
  PRIMARY KEY (cl_from, cl_to),
  KEY cl_sortkey (cl_to, cl_type, cl_sortkey, cl_from)
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
  ...FILE_TABLES,
];

/**
 * Tables of the links cluster with its copy of the pages.
 * @see https://www.mediawiki.org/wiki/Manual:Pagelinks_table
 */
export const LINKS_TABLES: readonly string[] = [
  PAGE,
  `CREATE TABLE redirect (
    rd_from int unsigned NOT NULL,
    rd_namespace int NOT NULL DEFAULT 0,
    rd_title varbinary(255) NOT NULL DEFAULT '',
    PRIMARY KEY (rd_from)
  ) ${TABLE}`,
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
