import { createConnection, type RowDataPacket } from 'mysql2/promise';

/** Everything a database holds, one text a row, with the name of its table. @param databaseUrl as in DATABASE_URL */
export async function databaseTexts(databaseUrl: string): Promise<string[]> {
  const connection = await createConnection(databaseUrl);
  try {
    const [tables] = await connection.query<RowDataPacket[]>(
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const [rows] = await connection.query<RowDataPacket[]>('SELECT * FROM ??', [name]);
      texts.push(...rows.map((row) => `${String(name)} ${JSON.stringify(row)}`));
    }
    return texts;
  } finally {
    await connection.end();
  }
}
