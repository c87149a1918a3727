import type { ApiTokenOrder } from './api-token.js';

/** The SQL of API tokens. */

const COLUMNS = 't.id, t.userid, t.name, t.hint, t.scopes, t.created_at, t.expires_at, t.last_used_at';

/** One person's tokens are counted and created one after the other. Values: userid. */
export const LOCK_OWNER = 'SELECT userid FROM users WHERE userid = ? FOR UPDATE';

/** Values: userid, now. */
export const DELETE_EXPIRED = 'DELETE FROM api_tokens WHERE userid = ? AND expires_at <= ?';

export const COUNT_TOKENS = 'SELECT COUNT(*) AS tokens FROM api_tokens WHERE userid = ?';

/** Values: userid, name, hash, hint, scopes, now, expiresAt. */
export const INSERT_TOKEN = `INSERT INTO api_tokens (userid, name, token_hash, hint, scopes, created_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** Values: id, userid. */
export const FIND_TOKEN = `SELECT ${COLUMNS} FROM api_tokens t WHERE t.id = ? AND t.userid = ?`;

/** Values: id, userid. */
export const FIND_HASH = 'SELECT token_hash FROM api_tokens WHERE id = ? AND userid = ?';

/** Values: id, userid. */
export const DELETE_TOKEN = 'DELETE FROM api_tokens WHERE id = ? AND userid = ?';

export const DELETE_TOKENS_OF = 'DELETE FROM api_tokens WHERE userid = ?';

/** Values: hash, now. */
export const FIND_LIVE_TOKEN = `SELECT ${COLUMNS}, t.token_hash, u.username FROM api_tokens t
  JOIN users u ON u.userid = t.userid WHERE t.token_hash = ? AND (t.expires_at IS NULL OR t.expires_at > ?)`;

/** Values: now, id, a minute ago. */
export const NOTE_USE =
  'UPDATE api_tokens SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)';

/** Values: userid, limit, offset. A person has few. */
export const listTokens = (by: ApiTokenOrder, asc: boolean): string => {
  const direction = asc ? 'ASC' : 'DESC';
  return `SELECT ${COLUMNS} FROM api_tokens t WHERE t.userid = ? ORDER BY t.${by} ${direction}, t.id ${direction} LIMIT ? OFFSET ?`;
};
