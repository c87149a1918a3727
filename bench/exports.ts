import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createConnection } from 'mysql2';
import { writeUploadTableHeader, writeUploadTableRow } from '#app/protocol';
import { aFilledBatch, ExportClient, type ExportAnswer } from '../test/support/export-client.js';
import { Stack } from '../test/support/stack.js';
import { waitUntil } from '../test/support/wait-until.js';
import type { BenchCase, Figure } from './figure.js';

const ROWS = 1_000_000;
const MOST_MEGABYTES = 250;
/** Times what a program takes that reads and writes the same and can be interrupted nowhere. */
const MOST_TIMES_PLAIN = 4;
const PATIENCE_MS = 600_000;

/** A batch of a million uploads as CSV: how long it takes, and what the worker holds meanwhile. */
export const exports: BenchCase = {
  name: 'exports',
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'curator-bench-'));
    const stack = await Stack.start({ environment: { EXPORT_DIR: join(directory, 'exports') } });
    try {
      const person = new ExportClient(stack);
      const started = performance.now();
      const batchid = await aFilledBatch(stack, await person.userid(), ROWS);
      const filled = (performance.now() - started) / 1_000;
      const plain = await plainSeconds(stack.stores.databaseUrl, batchid, join(directory, 'plain.csv'));
      return [
        { name: `filling in ${ROWS} uploads`, measured: filled, unit: 's', reference: null },
        { name: 'a plain program: one SELECT, one file', measured: plain, unit: 's', reference: null },
        ...(await measure(stack, person, batchid, plain)),
      ];
    } finally {
      await stack.stop();
      await rm(directory, { recursive: true });
    }
  },
};

async function measure(
  stack: Stack,
  person: ExportClient,
  batchid: number,
  plain: number,
): Promise<Figure[]> {
  const wanted = { kind: 'batch', id: batchid, format: 'csv' };
  const { now: idle } = await stack.worker.memory();
  const first = await make(person, wanted);
  const { peak } = await stack.worker.memory();
  const again = await make(person, wanted);
  if (first.rows !== ROWS) throw new Error(`The export has ${first.rows} rows`);
  if (again.name !== first.name) throw new Error('Another file was made of the same data');
  return [
    { name: 'size of the file', measured: first.size / 1e6, unit: 'MB', reference: null },
    { name: `export of ${ROWS} uploads`, measured: first.seconds, unit: 's', reference: null },
    {
      name: 'that in times of the plain program',
      measured: first.seconds / plain,
      unit: '',
      reference: { atMost: MOST_TIMES_PLAIN },
    },
    { name: 'worker before it', measured: idle / 1e6, unit: 'MB', reference: null },
    {
      name: "worker's peak",
      measured: peak / 1e6,
      unit: 'MB',
      reference: { atMost: MOST_MEGABYTES },
    },
    { name: 'asked again, unchanged', measured: again.seconds, unit: 's', reference: { atMost: 2 } },
  ];
}

interface Made {
  name: string;
  rows: number;
  size: number;
  seconds: number;
}

/** From the request to the end. */
async function make(person: ExportClient, wanted: object): Promise<Made> {
  const started = performance.now();
  const path = await person.ask(wanted);
  const { file } = await waitUntil(
    'the export',
    async (): Promise<ExportAnswer | null> => {
      const found = await person.find(path);
      if (found.error) throw new Error(found.error.error_msg);
      return found.status === 'complete' ? found : null;
    },
    PATIENCE_MS,
  );
  if (file === undefined) throw new Error('A complete export has no file');
  const { name, rows, size } = file;
  return { name, rows, size, seconds: (performance.now() - started) / 1_000 };
}

async function plainSeconds(databaseUrl: string, batchid: number, path: string): Promise<number> {
  const connection = createConnection(databaseUrl);
  const started = performance.now();
  const rows = connection
    .query(
      'SELECT id, `key`, handler, collection, filename, wikitext, success FROM upload_requests WHERE batchid = ?',
      [batchid],
    )
    .stream();
  async function* lines(): AsyncGenerator<string> {
    yield writeUploadTableHeader();
    for await (const row of rows as AsyncIterable<Record<string, string>>)
      yield writeUploadTableRow({
        handler: row['handler'] ?? '',
        id: row['key'] ?? '',
        input: row['collection'] ?? '',
        title: row['filename'] ?? '',
        wikitext: row['wikitext'] ?? '',
        file_page: row['success'] ?? '',
        upload_id: String(row['id']),
      });
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
  const seconds = (performance.now() - started) / 1_000;
  connection.end();
  if ((await stat(path)).size < ROWS) throw new Error('The plain program has written too little');
  return seconds;
}
