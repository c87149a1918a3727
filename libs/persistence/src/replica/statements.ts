/** The namespace of categories. */
const CATEGORY = 14;

/** On the core tables: a category that has members but no page. Titles are binary, with underscores. */
const MISSING = `category AS c
  LEFT JOIN page AS p ON p.page_namespace = ${CATEGORY} AND p.page_title = c.cat_title`;
const IS_MISSING = 'p.page_id IS NULL AND c.cat_pages > 0';
const COLUMNS = 'c.cat_title AS title, c.cat_subcats AS subcats, c.cat_files AS files, c.cat_pages AS total';

/** Where a run of so many categories ends. */
export const FIND_CATEGORY_BOUND =
  'SELECT cat_id AS id FROM category WHERE cat_id > ? ORDER BY cat_id LIMIT 1 OFFSET ?';
export const FIND_LAST_CATEGORY = 'SELECT MAX(cat_id) AS id FROM category WHERE cat_id > ?';

export const LIST_MISSING = `SELECT ${COLUMNS} FROM ${MISSING} WHERE c.cat_id > ? AND c.cat_id <= ? AND ${IS_MISSING}`;

/** Sorts all there are, whatever the limit. */
export const LIST_TOP_MISSING = `SELECT ${COLUMNS} FROM ${MISSING} WHERE ${IS_MISSING}
  ORDER BY c.cat_pages DESC, c.cat_title LIMIT ?`;

/** On the links tables: where a run of so many titles ends. */
export const FIND_TARGET_BOUND = `SELECT lt_title AS title FROM linktarget
  WHERE lt_namespace = ${CATEGORY} AND lt_title > ? ORDER BY lt_title LIMIT 1 OFFSET ?`;
export const FIND_LAST_TARGET = `SELECT MAX(lt_title) AS title FROM linktarget
  WHERE lt_namespace = ${CATEGORY} AND lt_title > ?`;

/** Links to categories without a page, but not those that a page has from a template which links there itself. */
export const LIST_REDLINKS = `SELECT target.lt_title AS title, source.page_namespace AS namespace, source.page_title AS source
  FROM linktarget AS target
  LEFT JOIN page AS there ON there.page_namespace = ${CATEGORY} AND there.page_title = target.lt_title
  JOIN pagelinks AS link ON link.pl_target_id = target.lt_id
  JOIN page AS source ON source.page_id = link.pl_from
  LEFT JOIN (
    templatelinks AS used
    JOIN linktarget AS name ON name.lt_id = used.tl_target_id
    JOIN page AS template ON template.page_namespace = name.lt_namespace AND template.page_title = name.lt_title
    JOIN pagelinks AS own ON own.pl_from = template.page_id
  ) ON used.tl_from = link.pl_from AND own.pl_target_id = link.pl_target_id
  WHERE target.lt_namespace = ${CATEGORY} AND target.lt_title > ? AND target.lt_title <= ?
    AND there.page_id IS NULL AND used.tl_from IS NULL
  LIMIT ?`;
