/** The most rows that one statement makes. */
const AT_ONCE = 200_000;

const ranges = (count: number): [number, number][] =>
  Array.from({ length: Math.ceil(count / AT_ONCE) }, (_, index) => [
    1 + index * AT_ONCE,
    Math.min(count, (index + 1) * AT_ONCE),
  ]);

/** Titles of about the usual length, some of them not in the Latin alphabet; each number has its own. */
const titleOf = (number: string): string =>
  `CONCAT(ELT(1 + CRC32(${number}) MOD 5, 'Buildings_in_', 'Views_of_Île-', 'Улица_', 'Maps_showing_', 'Files_by_'), LEFT(SHA1(${number}), 12), '_', ${number})`;

/**
 * Statements that fill the core tables with categories, one in `oneInWanted` of which has no page; ids have gaps. One missing
 * category in 50 has no members either, and is not wanted.
 */
export const fillCategories = (count: number, oneInWanted = 5): string[] =>
  ranges(count).flatMap(([first, last]) => [
    `INSERT INTO category (cat_id, cat_title, cat_pages, cat_subcats, cat_files)
      SELECT seq * 3, ${titleOf('seq')}, IF(seq MOD (50 * ${oneInWanted}) = 0, 0, 1 + 100000 DIV (1 + seq * 7 MOD 9973)),
        (1 + 100000 DIV (1 + seq * 7 MOD 9973)) DIV 10, (1 + 100000 DIV (1 + seq * 7 MOD 9973)) DIV 2
      FROM seq_${first}_to_${last}`,
    `INSERT INTO page (page_namespace, page_title)
      SELECT 14, ${titleOf('seq')} FROM seq_${first}_to_${last} WHERE seq MOD ${oneInWanted} <> 0`,
  ]);

/** Of `fillCategories`: those with members but no page. */
export const wantedAmong = (count: number, oneInWanted = 5): number =>
  Math.floor(count / oneInWanted) - Math.floor(count / (50 * oneInWanted));

/** Statements that fill the links tables with pages, categories, and links from the ones to the others. */
export const fillLinks = (categories: number, links: number): string[] => [
  ...ranges(categories).flatMap(([first, last]) => [
    `INSERT INTO linktarget (lt_id, lt_namespace, lt_title) SELECT seq, 14, ${titleOf('seq')} FROM seq_${first}_to_${last}`,
    `INSERT INTO page (page_id, page_namespace, page_title)
      SELECT seq, 14, ${titleOf('seq')} FROM seq_${first}_to_${last} WHERE seq MOD 5 <> 0`,
  ]),
  ...ranges(links).map(
    ([first, last]) => `INSERT INTO categorylinks (cl_from, cl_type, cl_sortkey, cl_target_id)
      SELECT seq, 'file', LPAD(seq, 10, '0'), 1 + seq MOD ${categories} FROM seq_${first}_to_${last}`,
  ),
];
