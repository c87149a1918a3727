/** Categories and what is in them. Titles are binary, with underscores. */

const CATEGORY = 14;
const TEMPLATE = 10;

/** How rows of `categorylinks` name their category: by the id of its title, or, in older schemas, by the title itself. */
export type CategoryColumn = 'cl_target_id' | 'cl_to';

export const PROBE_CATEGORY_COLUMN = 'SELECT cl_target_id FROM categorylinks LIMIT 0';

export const FIND_TITLE_ID = `SELECT lt_id AS id FROM linktarget WHERE lt_namespace = ${CATEGORY} AND lt_title = ?`;

/** The next members of one type, from a place in the order of the category: its sort key and, among equals, the page. */
export const listMembers = (column: CategoryColumn): string => `
  SELECT link.cl_from AS pageId, link.cl_sortkey AS sortkey, page.page_title AS title
  FROM categorylinks AS link
  LEFT JOIN page ON page.page_id = link.cl_from
  WHERE link.${column} = ? AND link.cl_type = ?
    AND (link.cl_sortkey > ? OR (link.cl_sortkey = ? AND link.cl_from > ?))
  ORDER BY link.cl_sortkey, link.cl_from LIMIT ?`;

export const findAnyMember = (column: CategoryColumn): string =>
  `SELECT cl_from AS pageId FROM categorylinks WHERE ${column} = ? LIMIT 1`;

export const FIND_CATEGORY_PAGE = `SELECT page_id AS id, page_is_redirect AS isRedirect FROM page
  WHERE page_namespace = ${CATEGORY} AND page_title = ?`;

/** Where the wiki itself leads to from a page; only from one category to another. */
export const FIND_REDIRECT = `SELECT rd_title AS title FROM redirect WHERE rd_from = ? AND rd_namespace = ${CATEGORY}`;

/** Which of these templates a page uses. */
export const LIST_USED_TEMPLATES = `SELECT target.lt_title AS title FROM linktarget AS target
  JOIN templatelinks AS link ON link.tl_target_id = target.lt_id AND link.tl_from = ?
  WHERE target.lt_namespace = ${TEMPLATE} AND target.lt_title IN (?)`;

/** The categories that a page links to, which is not the same as those it is in. */
export const LIST_LINKED_CATEGORIES = `SELECT target.lt_title AS title FROM pagelinks AS link
  JOIN linktarget AS target ON target.lt_id = link.pl_target_id
  WHERE link.pl_from = ? AND target.lt_namespace = ${CATEGORY} LIMIT 10`;

/** On the core tables. Estimates, which may even be negative. */
export const SUM_ESTIMATES =
  'SELECT SUM(GREATEST(0, cat_files)) AS files FROM category WHERE cat_title IN (?)';
