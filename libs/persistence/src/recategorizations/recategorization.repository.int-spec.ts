import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { JobRepository } from '../jobs/job.repository.js';
import { loadCountedTimes } from '../uploads/replanner.js';
import { RecategorizationRepository } from './recategorization.repository.js';

let opened: OpenTestDatabase;
let files: RecategorizationRepository;
let jobs: JobRepository;
let userid: string;
let jobid: number;

beforeAll(async () => {
  opened = await openTestDatabase();
  files = new RecategorizationRepository(opened.database);
  jobs = new JobRepository(opened.database);
  ({ userid } = await aUser(opened.database, 'Alice'));
});

afterAll(() => opened.drop());

const aJob = async (subject: string): Promise<number> =>
  (await jobs.createOrJoin({ kind: 'recategorize', userid, subject, params: {} })).job.id;

beforeEach(async () => {
  await opened.database.change('DELETE FROM jobs');
  jobid = await aJob('A to B');
});

const titles = ['File:C.jpg', 'File:A.jpg', 'File:B.jpg', 'File:b.jpg'];

describe('the files of a job', () => {
  it('are there once, and each ends once', async () => {
    const sql = opened.database;
    await files.add(sql, jobid, titles.slice(0, 3));
    await files.add(sql, jobid, titles);
    await files.add(sql, await aJob('other'), titles);
    expect(await files.count(jobid)).toEqual({ moved: 0, untouched: 0, total: 4 });
    await files.begin(sql, jobid, ['File:B.jpg', 'File:C.jpg']);
    expect(await files.listOpen(jobid, 3)).toEqual([
      { title: 'File:B.jpg', mayBeEdited: true },
      { title: 'File:C.jpg', mayBeEdited: true },
      { title: 'File:A.jpg', mayBeEdited: false },
    ]);
    await files.settle(sql, jobid, [
      { title: 'File:B.jpg', kind: 'moved', revid: 7, editedAt: new Date() },
      { title: 'File:C.jpg', kind: 'untouched', reason: 'x'.repeat(600) },
    ]);
    await files.settle(sql, jobid, [{ title: 'File:B.jpg', kind: 'untouched', reason: 'late' }]);
    await files.begin(sql, jobid, titles);
    expect(await files.count(jobid)).toEqual({ moved: 1, untouched: 1, total: 4 });
    expect((await files.listOpen(jobid, 50)).map(({ title }) => title)).toEqual(['File:A.jpg', 'File:b.jpg']);
    expect(await files.listUntouched(jobid, 500)).toEqual([{ title: 'File:C.jpg', reason: 'x'.repeat(500) }]);
  });

  it('are told by pages where they are left as they are, those too that nobody looked at', async () => {
    const sql = opened.database;
    await files.add(sql, jobid, titles);
    await files.addUntouched(sql, jobid, [
      { title: 'File:D.jpg', reason: 'x'.repeat(600) },
      { title: 'File:A.jpg', reason: 'late' },
    ]);
    await files.settle(sql, jobid, [{ title: 'File:C.jpg', kind: 'untouched', reason: 'y' }]);
    const other = await aJob('other');
    await files.addUntouched(sql, other, [{ title: 'File:Z.jpg', reason: 'z' }]);
    expect(await files.count(jobid)).toEqual({ moved: 0, untouched: 2, total: 5 });
    expect(await files.pageUntouched(jobid, { page: 0, size: 1, asc: true })).toEqual({
      items: [{ title: 'File:C.jpg', reason: 'y' }],
      total: 2,
    });
    expect(await files.pageUntouched(jobid, { page: 0, size: 1, asc: false })).toEqual({
      items: [{ title: 'File:D.jpg', reason: 'x'.repeat(500) }],
      total: 2,
    });
    expect(await files.countUntouched([jobid, other, 999_999])).toEqual(
      new Map([
        [jobid, 2],
        [other, 1],
      ]),
    );
  });

  it('go with their job', async () => {
    await files.add(opened.database, jobid, titles);
    await opened.database.change('DELETE FROM jobs WHERE id = ?', [jobid]);
    expect(await files.count(jobid)).toEqual({ moved: 0, untouched: 0, total: 0 });
  });

  it("tell when their edits count in the person's windows", async () => {
    const editedAt = new Date('2026-05-01T12:00:00Z');
    const since = (ms: number): Date => new Date(editedAt.getTime() + ms);
    await files.add(opened.database, jobid, titles);
    await files.settle(opened.database, jobid, [{ title: 'File:A.jpg', kind: 'moved', revid: 7, editedAt }]);
    expect((await loadCountedTimes(opened.database, userid, since(-1))).edits).toEqual([editedAt]);
    expect((await loadCountedTimes(opened.database, userid, since(0))).edits).toEqual([]);
    expect((await loadCountedTimes(opened.database, 'somebody else', since(-1))).edits).toEqual([]);
  });
});
