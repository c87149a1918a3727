import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase, type OpenTestDatabase } from './support/databases.js';
import { PythonBackend } from './support/python-backend.js';
import { waitUntil } from './support/wait-until.js';

const USERS = 300;
const BATCHES = 1_500;
const UPLOADS = 20_000;
const PRESETS = 400;

/** Every hundredth upload has a status that is not known. */
const FILL = [
  `INSERT INTO users (userid, username, created_at, updated_at)
    SELECT seq, CONCAT('Person ', seq MOD 250, ' 🚲'), '2025-10-07 10:00:00', '2025-10-07 10:00:00' FROM seq_1_to_${USERS}`,
  `INSERT INTO batches (id, userid, edit_group_id, created_at, updated_at)
    SELECT seq, 1 + seq MOD ${USERS}, LPAD(HEX(seq), 12, '0'), '2025-11-01 10:00:00', '2025-11-01 10:00:00' FROM seq_1_to_${BATCHES}`,
  `INSERT INTO upload_requests (id, batchid, userid, status, \`key\`, handler, collection, access_token, filename, wikitext,
      labels, error, success, created_at, updated_at)
    SELECT seq, 1 + seq MOD ${BATCHES}, 1 + (1 + seq MOD ${BATCHES}) MOD ${USERS},
      IF(seq MOD 100 = 7, 'lost', ELT(1 + seq MOD 4, 'completed', 'completed', 'failed', 'queued')), seq, 'mapillary', 'seq',
      'gAAAAAsecret', CONCAT('Street ', seq, '.jpg'), REPEAT('text 🏔 ', 100), '{"language":"en","value":"A street"}', 'null',
      NULL, '2025-11-01 10:00:00', '2025-11-01 10:00:00' FROM seq_1_to_${UPLOADS}`,
  `INSERT INTO presets (userid, handler, title, title_template, exclude_from_date_category, is_default, created_at, updated_at)
    SELECT 1 + seq MOD ${USERS}, 'mapillary', seq, '{{mapillary.photo.id}}.jpg', 0, 0, '2026-02-22 10:00:00', '2026-02-22 10:00:00'
    FROM seq_1_to_${PRESETS}`,
];

describe('npm run migrate:python', () => {
  let python: PythonBackend;
  let opened: OpenTestDatabase;
  let folder: string;

  beforeAll(async () => {
    python = await PythonBackend.create();
    opened = await openTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'curator-python-'));
    for (const statement of FILL) await python.run(statement);
  }, 60_000);

  afterAll(async () => {
    await python.close();
    await opened.drop();
    await rm(folder, { recursive: true });
  });

  const begin = (words: string[], from: string | null = python.url): ChildProcess =>
    spawn(
      process.execPath,
      [
        '--max-old-space-size=96',
        'dist/apps/migrate-python/src/main.js',
        ...(from === null ? [] : ['--from', from]),
        ...words,
      ],
      { env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: opened.url } },
    );

  const run = async (words: string[] = [], from?: string | null): Promise<{ code: number; text: string }> => {
    const child = begin(words, from);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (text += String(part)));
    const [code] = (await once(child, 'close')) as [number];
    return { code, text };
  };

  const count = async (what: string): Promise<number> => {
    const [row] = await opened.database.rows<{ found: number }>(`SELECT COUNT(*) AS found FROM ${what}`);
    return row?.found ?? 0;
  };

  /** The numbers of a table's line: found, moved, already, left, updated. */
  const countsIn = (text: string, table: string): number[] =>
    (new RegExp(`^${table} +([\\d ]+)$`, 'm').exec(text)?.[1] ?? '').split(/ +/).map(Number);

  it('tells in a dry run what a run then does, through deaths, once', async () => {
    const lost = UPLOADS / 100;
    const expected = {
      users: [USERS, USERS, 0, 0, 0],
      batches: [BATCHES, BATCHES, 0, 0, 0],
      upload_requests: [UPLOADS, UPLOADS - lost, 0, lost, 0],
      presets: [PRESETS, PRESETS, 0, 0, 0],
    };
    const dry = await run(['--dry-run']);
    expect(dry.code).toBe(0);
    for (const [table, counts] of Object.entries(expected)) expect(countsIn(dry.text, table)).toEqual(counts);
    expect(await count('users')).toBe(0);

    for (const reached of [1_000, 6_000]) {
      const child = begin([]);
      await waitUntil(`${reached} uploads`, async () => (await count('upload_requests')) > reached, 60_000);
      child.kill('SIGKILL');
      await once(child, 'close');
      const kept = await count('upload_requests');
      expect(kept).toBeLessThan(UPLOADS - lost);
      expect(await count("python_rows WHERE kind = 'upload'")).toBe(kept);
    }
    const before = await count('upload_requests');
    const problems = join(folder, 'problems.ndjson');
    const rest = await run(['--problems', problems]);
    expect(rest.code).toBe(0);
    expect(countsIn(rest.text, 'upload_requests')).toEqual([
      UPLOADS,
      UPLOADS - lost - before,
      before,
      lost,
      0,
    ]);
    const told = (await readFile(problems, 'utf8')).trim().split('\n');
    expect(told.filter((line) => line.includes('"left"'))).toHaveLength(lost);
    expect(await count('upload_requests')).toBe(UPLOADS - lost);
    expect(await count('upload_requests WHERE access_token IS NOT NULL')).toBe(0);
    expect([await count('users'), await count('batches'), await count('presets')]).toEqual([
      USERS,
      BATCHES,
      PRESETS,
    ]);

    const again = await run();
    expect(countsIn(again.text, 'upload_requests')).toEqual([UPLOADS, 0, UPLOADS - lost, lost, 0]);
    expect(await count('upload_requests')).toBe(UPLOADS - lost);
  });

  it('says what is wrong, and no password', async () => {
    expect(await run([], null)).toMatchObject({ code: 1, text: expect.stringContaining('--from mysql://') });
    const unknown = new URL(python.url);
    unknown.password = 'hunter2';
    unknown.pathname = '/nowhere';
    const { code, text } = await run([], unknown.toString());
    expect(code).toBe(1);
    expect(text).not.toContain('hunter2');
    expect((await run(['--forse'])).code).toBe(1);
    const unwritable = await run(['--problems', join(folder, 'nowhere', 'problems')]);
    expect(unwritable).toMatchObject({ code: 1, text: expect.stringMatching(/^ENOENT[^\n]*\n$/) });
  });
});
