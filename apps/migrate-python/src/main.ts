/**
 * npm run migrate:python: moves the data of the Python backend into the database of DATABASE_URL.
 *   --from mysql://user:password@host:port/name    its database, or PYTHON_DATABASE_URL
 *   --dry-run                                      tells what would be moved, and writes no rows
 *   --problems FILE                                every row that is not moved, or not as it was, one a line as JSON
 * See docs/migration.md.
 */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { movePythonBackend, openDatabase } from '#app/persistence';
import { findAddresses } from './find-addresses.js';

const TELL_EVERY_MS = 5_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      problems: { type: 'string' },
    },
  });
  const { from, to } = findAddresses(values.from, process.env);
  const problems = values.problems === undefined ? null : await create(values.problems);
  const database = await openDatabase(to, 3);
  try {
    const isDryRun = values['dry-run'];
    say(isDryRun ? 'Dry run: nothing is moved.' : 'Moving.');
    let toldAt = Date.now();
    const report = await movePythonBackend(database, {
      from,
      isDryRun,
      tell: (row) => void problems?.write(`${JSON.stringify(row)}\n`),
      progress: (table, found) => {
        if (Date.now() - toldAt < TELL_EVERY_MS) return;
        toldAt = Date.now();
        process.stderr.write(`… ${table}: ${found}\n`);
      },
    });
    say(report.toText());
  } finally {
    await database.close();
    await end(problems);
  }
}

/** @throws what keeps the file from being written, before anything is moved */
async function create(path: string): Promise<WriteStream> {
  const file = createWriteStream(path);
  await once(file, 'open');
  return file;
}

async function end(file: WriteStream | null): Promise<void> {
  if (file === null) return;
  file.end();
  await once(file, 'close');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
