import type { TestReplica } from './test-replica.js';

/** How many uploaders there are; those of first versions and those of latest ones. */
const UPLOADERS = 50;
/** One file in so many was uploaded anew by somebody else. */
const ONE_IN_REPLACED = 10;
/** Actors of a number n have the id n + 1000, so that nothing is right by chance. */
const ACTOR = 1_000;

export interface FilledCategory {
  /** With blanks. */
  title: string;
  /** Id of the category's title and of its page. */
  titleId: number;
  /** The files' numbers; their page ids are higher by 10,000,000. */
  firstPage: number;
  count: number;
}

/** The name of file number `seq`. */
const NAME = "CONCAT('Street_', LPAD(seq, 7, '0'), '_in_Île.jpg')";

/** As `fillCategory` names its files. */
export const fileName = (number: number): string => `Street ${String(number).padStart(7, '0')} in Île.jpg`;

/**
 * Makes a category of so many files, on both clusters: sort keys that are no text and each on two files, an estimate that is
 * wrong by 7, every tenth file with two versions, the older one with the higher id.
 */
export async function fillCategory({ core, links }: TestReplica, category: FilledCategory): Promise<void> {
  const { title, titleId, firstPage, count } = category;
  const name = title.replaceAll(' ', '_');
  const range = `seq_${firstPage}_to_${firstPage + count - 1}`;
  await links.run('INSERT INTO linktarget VALUES (?, 14, ?)', [titleId, name]);
  await links.run('INSERT INTO page (page_id, page_namespace, page_title) VALUES (?, 14, ?)', [
    titleId,
    name,
  ]);
  await links.run(
    `INSERT INTO page (page_id, page_namespace, page_title) SELECT 10000000 + seq, 6, ${NAME} FROM ${range}`,
  );
  await links.run(
    `INSERT INTO categorylinks (cl_from, cl_type, cl_sortkey, cl_target_id)
      SELECT 10000000 + seq, 'file', CONCAT(X'C327', UNHEX(LPAD(HEX(seq DIV 2), 8, '0'))), ? FROM ${range}`,
    [titleId],
  );
  await core.run('INSERT INTO category (cat_title, cat_pages, cat_files) VALUES (?, ?, ?)', [
    name,
    count + 7,
    count + 7,
  ]);
  await core.run(
    `INSERT IGNORE INTO actor (actor_id, actor_name) SELECT seq + ${ACTOR}, CONCAT('Uploader_', seq) FROM seq_0_to_${UPLOADERS - 1}`,
  );
  await core.run("INSERT IGNORE INTO filetypes VALUES (3, 'BITMAP', 'image', 'jpeg')");
  await core.run(
    `INSERT INTO file (file_id, file_name, file_latest, file_type, file_deleted) SELECT seq, ${NAME}, seq * 2, 3, 0 FROM ${range}`,
  );
  const version = (id: string, shift: number, time: string): string =>
    `SELECT ${id}, seq, 1000 + seq, 4000, 3000, 0, ${ACTOR} + (seq + ${shift}) MOD ${UPLOADERS}, '${time}', LPAD(LOWER(CONV(seq, 10, 36)), 31, '0'), 0 FROM ${range}`;
  const columns =
    'fr_id, fr_file, fr_size, fr_width, fr_height, fr_description_id, fr_actor, fr_timestamp, fr_sha1, fr_deleted';
  await core.run(`INSERT INTO filerevision (${columns}) ${version('seq * 2', 1, '20260102030405')}`);
  await core.run(
    `INSERT INTO filerevision (${columns}) ${version('seq * 2 + 1', 0, '20240102030405')} WHERE seq MOD ${ONE_IN_REPLACED} = 0`,
  );
}
