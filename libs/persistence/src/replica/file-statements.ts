/**
 * Files by their names, on the core tables.
 * @see https://www.mediawiki.org/wiki/Manual:File_table
 * @see https://www.mediawiki.org/wiki/Manual:Filerevision_table
 */
export interface FileStatements {
  /** `id` is what `listFirst` knows the file by. Times are as of the wiki: YYYYMMDDHHMMSS. */
  readonly listLatest: string;
  /** The first version. In the older schema there is none of a file with a single one. */
  readonly listFirst: string;
}

/** Whether there are rows in the tables that take the place of `image` and `oldimage`. */
export const PROBE_FILES = 'SELECT 1 AS one FROM file JOIN filerevision ON fr_id = file_latest LIMIT 1';
export const PROBE_IMAGES = 'SELECT img_actor FROM image LIMIT 0';

export const FILES: FileStatements = {
  listLatest: `SELECT file.file_id AS id, file.file_name AS name, latest.fr_width AS width, latest.fr_height AS height,
      latest.fr_size AS size, latest.fr_sha1 AS sha1, latest.fr_timestamp AS at, latest.fr_actor AS actor,
      type.ft_major_mime AS majorMime, type.ft_minor_mime AS minorMime
    FROM file
    JOIN filerevision AS latest ON latest.fr_id = file.file_latest
    JOIN filetypes AS type ON type.ft_id = file.file_type
    WHERE file.file_name IN (?) AND file.file_deleted = 0`,
  listFirst: `SELECT id, at, actor FROM (
      SELECT fr_file AS id, fr_timestamp AS at, fr_actor AS actor,
        ROW_NUMBER() OVER (PARTITION BY fr_file ORDER BY fr_timestamp, fr_id) AS place
      FROM filerevision WHERE fr_file IN (?)
    ) AS versions WHERE place = 1`,
};

/** The older schema: `oldimage` has every version but the latest. */
export const IMAGES: FileStatements = {
  listLatest: `SELECT img_name AS id, img_name AS name, img_width AS width, img_height AS height, img_size AS size,
      img_sha1 AS sha1, img_timestamp AS at, img_actor AS actor, img_major_mime AS majorMime, img_minor_mime AS minorMime
    FROM image WHERE img_name IN (?)`,
  listFirst: `SELECT id, at, actor FROM (
      SELECT oi_name AS id, oi_timestamp AS at, oi_actor AS actor,
        ROW_NUMBER() OVER (PARTITION BY oi_name ORDER BY oi_timestamp) AS place
      FROM oldimage WHERE oi_name IN (?)
    ) AS versions WHERE place = 1`,
};

export const LIST_ACTORS = 'SELECT actor_id AS id, actor_name AS name FROM actor WHERE actor_id IN (?)';
