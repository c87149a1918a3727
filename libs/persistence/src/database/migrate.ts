import type { DataSource } from 'typeorm';

const LOCK_SECONDS = 300;

interface LockRow {
  locked: number | null;
}

/** Runs the migrations that are missing, one process at a time: the others wait up to five minutes and then find nothing to do. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const holder = dataSource.createQueryRunner();
  try {
    const [row] = (await holder.query(
      "SELECT GET_LOCK(CONCAT('migrate:', LEFT(SHA1(DATABASE()), 40)), ?) AS locked",
      [LOCK_SECONDS],
    )) as LockRow[];
    if (row?.locked !== 1)
      throw new Error(`The schema is still locked by another process after ${LOCK_SECONDS} s`);
    try {
      await dataSource.runMigrations({ transaction: 'none' });
    } finally {
      await holder.query("DO RELEASE_LOCK(CONCAT('migrate:', LEFT(SHA1(DATABASE()), 40)))");
    }
  } finally {
    await holder.release();
  }
}
