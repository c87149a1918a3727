import type { Database } from '#app/persistence';

/** What being asked changes by itself: when a token was used. */
const VOLATILE: Readonly<Record<string, readonly string[]>> = { api_tokens: ['last_used_at'] };

/** For each table how many rows it has and a sum over all their columns: equal as long as nothing is changed. */
export async function sumTables(database: Database): Promise<Record<string, string>> {
  const columns = await database.rows<{ name: string; columnName: string }>(
    `SELECT table_name AS name, column_name AS columnName FROM information_schema.columns
      WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  );
  const byTable = new Map<string, string[]>();
  for (const { name, columnName } of columns) {
    if (VOLATILE[name]?.includes(columnName)) continue;
    byTable.set(name, [...(byTable.get(name) ?? []), `COALESCE(HEX(\`${columnName}\`), '-')`]);
  }
  const sums = [...byTable].map(
    ([name, values]) =>
      `SELECT '${name}' AS name, COUNT(*) AS total, COALESCE(SUM(CRC32(CONCAT_WS(',', ${values.join(', ')}))), 0) AS sum FROM \`${name}\``,
  );
  const rows = await database.rows<{ name: string; total: unknown; sum: unknown }>(sums.join(' UNION ALL '));
  return Object.fromEntries(
    rows.map(({ name, total, sum }) => [name, `${String(total)} rows, ${String(sum)}`]),
  );
}
