export const INSERT_MANIFEST = 'INSERT INTO manifests (id, userid, created_at) VALUES (?, ?, ?)';

export const INSERT_ROWS = 'INSERT INTO manifest_rows (manifest_id, position, `key`, cells) VALUES ?';

export const LIST_KEYS = 'SELECT `key` FROM manifest_rows WHERE manifest_id = ? ORDER BY position';

export const LIST_ROWS = `SELECT r.\`key\`, r.cells, m.created_at FROM manifest_rows r
  JOIN manifests m ON m.id = r.manifest_id WHERE r.manifest_id = ? AND r.\`key\` IN (?) ORDER BY r.position`;
