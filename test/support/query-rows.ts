import { createConnection, type RowDataPacket } from 'mysql2/promise';

/** The rows of one query, over a connection of its own. @param databaseUrl as in DATABASE_URL */
export async function queryRows(
  databaseUrl: string,
  sql: string,
  values: unknown[] = [],
): Promise<RowDataPacket[]> {
  const connection = await createConnection(databaseUrl);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql, values);
    return rows;
  } finally {
    await connection.end();
  }
}
