/** The SQL of presets, named, so that a spec can have each one explained. */

const COLUMNS = `id, userid, handler, title, title_template, labels, categories, exclude_from_date_category, is_default,
  created_at, updated_at`;

/** In the order of the alphabet, whatever the case of the letters. Values: userid, handler. */
export const LIST_PRESETS = `SELECT ${COLUMNS} FROM presets WHERE userid = ? AND handler = ?
  ORDER BY title COLLATE utf8mb4_unicode_ci, id`;

/** Values: id, userid. */
export const FIND_PRESET = `SELECT ${COLUMNS} FROM presets WHERE id = ? AND userid = ?`;

/** Whoever holds this row is alone in changing the person's presets. Values: userid. */
export const LOCK_OWNER = 'SELECT userid FROM users WHERE userid = ? FOR UPDATE';

/** Values: userid, handler. */
export const COUNT_PRESETS = 'SELECT COUNT(*) AS presets FROM presets WHERE userid = ? AND handler = ?';

/** Values: userid, handler, id of the one that stays what it is. */
export const CLEAR_DEFAULT = `UPDATE presets SET is_default = 0
  WHERE userid = ? AND handler = ? AND is_default = 1 AND id <> ?`;

/** Values: title, template, labels, categories, exclude, default, now, userid, handler, now. */
export const INSERT_PRESET = `INSERT INTO presets
  SET title = ?, title_template = ?, labels = ?, categories = ?, exclude_from_date_category = ?, is_default = ?, updated_at = ?,
    userid = ?, handler = ?, created_at = ?`;

/** Values: title, template, labels, categories, exclude, default, now, id. */
export const REPLACE_PRESET = `UPDATE presets
  SET title = ?, title_template = ?, labels = ?, categories = ?, exclude_from_date_category = ?, is_default = ?, updated_at = ?
  WHERE id = ?`;

/** Values: id, userid. */
export const DELETE_PRESET = 'DELETE FROM presets WHERE id = ? AND userid = ?';
