/** The list that people see: the newest complete one. */
export const FIND_CURRENT = `SELECT id, item_count AS itemCount, completed_at AS completedAt FROM wanted_category_lists
  WHERE completed_at IS NOT NULL ORDER BY id DESC LIMIT 1`;

export const LIST_GAPS =
  'SELECT position FROM wanted_categories WHERE list_id = ? AND is_forgotten = 1 ORDER BY position';

export const LIST_AT = `SELECT title, subcats, files, total FROM wanted_categories
  WHERE list_id = ? AND position IN (?) ORDER BY position`;

export const LIST_TITLES = `SELECT title FROM wanted_categories
  WHERE list_id = ? AND position >= ? AND position < ? ORDER BY position`;

export const ADD_FOUND = `INSERT INTO wanted_category_finds (list_id, rank_key, title, subcats, files, total) VALUES ?
  ON DUPLICATE KEY UPDATE subcats = VALUES(subcats), files = VALUES(files)`;

/** The next ones in order get the places that follow. */
export const NUMBER_FOUND = `INSERT INTO wanted_categories (list_id, position, title, subcats, files, total, is_forgotten)
  SELECT list_id, ? + ROW_NUMBER() OVER (ORDER BY rank_key, title) - 1, title, subcats, files, total, 0 FROM (
    SELECT list_id, rank_key, title, subcats, files, total FROM wanted_category_finds
    WHERE list_id = ? AND rank_key >= ? AND (rank_key > ? OR title > ?) ORDER BY rank_key, title LIMIT ?
  ) AS next_ones`;

export const FIND_LAST_NUMBERED =
  'SELECT position, title, total FROM wanted_categories WHERE list_id = ? ORDER BY position DESC LIMIT 1';

export const LEAVE_OUT_FORGOTTEN = `UPDATE wanted_categories JOIN forgotten_categories USING (title)
  SET is_forgotten = 1 WHERE list_id = ? AND forgotten_at >= ?`;

export const COMPLETE_LIST =
  'UPDATE wanted_category_lists SET completed_at = ?, item_count = ? WHERE id = ? AND completed_at IS NULL';

export const REMEMBER_FORGOTTEN = `INSERT INTO forgotten_categories (title, forgotten_at) VALUES (?, ?)
  ON DUPLICATE KEY UPDATE forgotten_at = VALUES(forgotten_at)`;

export const FORGET_IN_LISTS = 'UPDATE wanted_categories SET is_forgotten = 1 WHERE title = ?';

export const LIST_FORGOTTEN =
  'SELECT title FROM forgotten_categories WHERE title IN (?) AND forgotten_at >= ?';

export const DROP_OLD_FORGOTTEN = 'DELETE FROM forgotten_categories WHERE forgotten_at < ? LIMIT ?';
