/** The columns that hold sealed texts. */
export const SEALED_COLUMNS = [
  'users.access_token',
  'upload_requests.access_token',
  'storages.credentials',
] as const;
export type SealedColumn = (typeof SEALED_COLUMNS)[number];

/** How many texts each key has sealed. */
export const COUNT_BY_KEY: Readonly<Record<SealedColumn, string>> = {
  'users.access_token': countByKey('users', 'access_token'),
  'upload_requests.access_token': countByKey('upload_requests', 'access_token'),
  'storages.credentials': countByKey('storages', 'credentials'),
};

function countByKey(table: string, column: string): string {
  return `SELECT SUBSTRING_INDEX(${column}, '.', 1) AS key_id, COUNT(*) AS sealed FROM ${table}
    WHERE ${column} IS NOT NULL GROUP BY key_id ORDER BY key_id`;
}

/** Values: after this userid, newest key, how many. */
export const LIST_OLD_USERS = `SELECT userid AS owner, access_token AS sealed FROM users
  WHERE userid > ? AND access_token IS NOT NULL AND SUBSTRING_INDEX(access_token, '.', 1) <> ? ORDER BY userid LIMIT ?`;

/** Values: after this id, newest key, how many. */
export const LIST_OLD_STORAGES = `SELECT id AS owner, credentials AS sealed FROM storages
  WHERE id > ? AND credentials IS NOT NULL AND SUBSTRING_INDEX(credentials, '.', 1) <> ? ORDER BY id LIMIT ?`;

export const LAST_UPLOAD = 'SELECT COALESCE(MAX(id), 0) AS id FROM upload_requests';

/** Values: first id, last id, newest key. */
export const LIST_OLD_UPLOADS = `SELECT id, userid, access_token AS sealed FROM upload_requests
  WHERE id BETWEEN ? AND ? AND access_token IS NOT NULL AND SUBSTRING_INDEX(access_token, '.', 1) <> ? ORDER BY id`;

export const FIND_TOKEN_OF = 'SELECT access_token AS sealed FROM users WHERE userid = ?';

/** Values: newer text, owner, older text. Who has signed in, or out, meanwhile keeps what they have now. */
export const RESEAL_USER = 'UPDATE users SET access_token = ? WHERE userid = ? AND access_token = ?';
export const RESEAL_STORAGE = 'UPDATE storages SET credentials = ? WHERE id = ? AND credentials = ?';

/** Values: newer text, ids, older text. */
export const RESEAL_UPLOADS =
  'UPDATE upload_requests SET access_token = ? WHERE id IN (?) AND access_token = ?';
