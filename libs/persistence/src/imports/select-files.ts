import type { SqlValue } from '../database/database.js';
import { toCategoryFile, type CategoryFileRow } from './category-file-row.js';
import type { FileFilter, FilesQuery, ImportedFile } from './category-import.js';

export interface FileRow extends CategoryFileRow {
  position: number;
  category: string;
}

export const toImportedFile = (row: FileRow): ImportedFile => ({
  ...toCategoryFile(row),
  position: row.position,
  category: row.category,
});

interface Statement {
  statement: string;
  values: SqlValue[];
}

const COLUMNS = `f.position, f.page_id, c.title AS category, f.name, f.width, f.height, f.size, f.mime, f.sha1,
  f.first_uploader, f.first_uploaded_at, f.latest_uploader, f.latest_uploaded_at`;
const FILES =
  'import_files f JOIN import_categories c ON c.run_id = f.run_id AND c.number = f.category_number';

/** There are no gaps between positions. */
const IN_RANGE = 'f.position >= ? AND f.position < ?';

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

function conditionsOf(runId: number, filter: FileFilter): { where: string; values: SqlValue[] } {
  const { name, mime, firstUploader, latestUploader, category, uploadedFrom, uploadedBefore, minSide } =
    filter;
  const conditions: [string, SqlValue | undefined][] = [
    ['f.run_id = ?', runId],
    [
      'f.name LIKE ? COLLATE utf8mb4_general_ci',
      name === undefined ? undefined : `%${escapeLike(name.replaceAll('_', ' '))}%`,
    ],
    mime?.endsWith('/') ? ['f.mime LIKE ?', `${escapeLike(mime)}%`] : ['f.mime = ?', mime],
    ['f.first_uploader = ?', firstUploader],
    ['f.latest_uploader = ?', latestUploader],
    ['c.title = ?', category],
    ['f.first_uploaded_at >= ?', uploadedFrom],
    ['f.first_uploaded_at < ?', uploadedBefore],
    ['LEAST(f.width, f.height) >= ?', minSide],
  ];
  const asked = conditions.flatMap(([text, value]) => (value === undefined ? [] : [{ text, value }]));
  return { where: asked.map(({ text }) => text).join(' AND '), values: asked.map(({ value }) => value) };
}

export const isFiltered = (filter: FileFilter): boolean => conditionsOf(0, filter).values.length > 1;

export function countFiles(runId: number, filter: FileFilter): Statement {
  const { where, values } = conditionsOf(runId, filter);
  return { statement: `SELECT COUNT(*) AS files FROM ${FILES} WHERE ${where}`, values };
}

/** @param total of the files that fit. All of them in their own order need no counting to where the page begins. */
export function selectFiles(runId: number, query: FilesQuery, total: number): Statement {
  const { page, size, sortby, asc } = query;
  const { where, values } = conditionsOf(runId, query);
  const direction = asc ? 'ASC' : 'DESC';
  const order = `ORDER BY f.${sortby} ${direction}${sortby === 'position' ? '' : `, f.position ${direction}`}`;
  if (sortby === 'position' && !isFiltered(query)) {
    const before = page * size;
    const [from, until] = asc ? [before, before + size] : [total - before - size, total - before];
    const statement = `SELECT ${COLUMNS} FROM ${FILES} WHERE ${where} AND ${IN_RANGE} ${order}`;
    return { statement, values: [...values, Math.max(0, from), Math.max(0, until)] };
  }
  return {
    statement: `SELECT ${COLUMNS} FROM ${FILES} WHERE ${where} ${order} LIMIT ? OFFSET ?`,
    values: [...values, size, page * size],
  };
}

/** The next files in their own order: at most `count`, fewer only at the end. */
export function selectFilesFrom(
  runId: number,
  position: number,
  count: number,
  filter: FileFilter,
): Statement {
  const { where, values } = conditionsOf(runId, filter);
  const select = `SELECT ${COLUMNS} FROM ${FILES} WHERE ${where}`;
  return isFiltered(filter)
    ? {
        statement: `${select} AND f.position >= ? ORDER BY f.position LIMIT ?`,
        values: [...values, position, count],
      }
    : {
        statement: `${select} AND ${IN_RANGE} ORDER BY f.position`,
        values: [...values, position, position + count],
      };
}

export const selectFilesOfPages = (runId: number, pageIds: readonly number[]): Statement => ({
  statement: `SELECT ${COLUMNS} FROM ${FILES} WHERE f.run_id = ? AND f.page_id IN (?)`,
  values: [runId, pageIds],
});
