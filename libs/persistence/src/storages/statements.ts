import type { SqlValue } from '../database/database.js';
import type { StorageOrder, StoragesQuery } from './storage.js';

const COLUMNS = 'id, name, description, resource, credentials, active, created_at, modified_at';

export const FIND_STORAGE = `SELECT ${COLUMNS} FROM storages WHERE id = ?`;

export const LOCK_STORAGE = `${FIND_STORAGE} FOR UPDATE`;

/** Values: name, place_key, id. */
export const FIND_TAKEN =
  'SELECT id, name FROM storages WHERE (name = ? OR place_key = ?) AND id <> ? LIMIT 1';

/** Values: name, description, resource, place_key, active, now, now. */
export const INSERT_STORAGE = `INSERT INTO storages
  (name, description, resource, place_key, active, created_at, modified_at) VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** Values: credentials, id. */
export const KEEP_CREDENTIALS = 'UPDATE storages SET credentials = ? WHERE id = ?';

/** Values: name, description, resource, place_key, active, credentials, now, id. */
export const UPDATE_STORAGE = `UPDATE storages
  SET name = ?, description = ?, resource = ?, place_key = ?, active = ?, credentials = ?, modified_at = ? WHERE id = ?`;

/** Values: storage_id. */
export const COUNT_FILES = 'SELECT COUNT(*) AS files FROM export_files WHERE storage_id = ?';

/** Values: storage_id. */
export const COUNT_OPEN_EXPORTS = `SELECT COUNT(*) AS exports FROM exports e JOIN jobs j ON j.id = e.job_id
  WHERE e.storage_id = ? AND j.status IN ('queued', 'running')`;

const ORDER: Readonly<Record<StorageOrder, string>> = {
  name: 'name',
  active: 'active',
  created: 'created_at',
  modified: 'modified_at',
};

interface Filter {
  condition: string;
  values: SqlValue[];
}

/** There are few storages, so these may look at every one of them. */
function toFilter(query: StoragesQuery): Filter {
  const parts: Filter[] = [];
  const add = (condition: string, ...values: SqlValue[]): void => void parts.push({ condition, values });
  if (query.ids !== undefined)
    add(query.ids.length > 0 ? 'id IN (?)' : 'FALSE', ...(query.ids.length > 0 ? [query.ids] : []));
  if (query.keyword !== undefined) {
    const pattern = `%${query.keyword.replace(/[\\%_]/g, '\\$&')}%`;
    add('CONCAT(name, "\\n", description) COLLATE utf8mb4_general_ci LIKE ?', pattern);
  }
  if (query.active !== undefined) add('active = ?', query.active);
  if (query.collectionId !== undefined) {
    add(
      `EXISTS (SELECT 1 FROM export_files f WHERE f.storage_id = storages.id AND f.kind IN ('batch', 'import') AND f.subject_id = ?)`,
      String(query.collectionId),
    );
  }
  if (query.createdFrom !== undefined) add('created_at >= ?', query.createdFrom);
  if (query.createdBefore !== undefined) add('created_at < ?', query.createdBefore);
  return {
    condition: ['TRUE', ...parts.map(({ condition }) => condition)].join(' AND '),
    values: parts.flatMap(({ values }) => values),
  };
}

export function listStorages(query: StoragesQuery): { statement: string; values: SqlValue[] } {
  const { condition, values } = toFilter(query);
  const way = query.asc ? 'ASC' : 'DESC';
  return {
    statement: `SELECT ${COLUMNS} FROM storages WHERE ${condition}
      ORDER BY ${ORDER[query.orderBy]} ${way}, id ${way} LIMIT ? OFFSET ?`,
    values: [...values, query.size, query.page * query.size],
  };
}

export function countStorages(query: StoragesQuery): { statement: string; values: SqlValue[] } {
  const { condition, values } = toFilter(query);
  return { statement: `SELECT COUNT(*) AS storages FROM storages WHERE ${condition}`, values };
}
