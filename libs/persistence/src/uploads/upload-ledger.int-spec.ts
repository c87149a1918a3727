import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DUPLICATE_STATUSES, type FileLink, type StructuredError, type UploadStatus } from '#app/protocol';
import { aBatch, aNewUpload } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { UploadLedger } from './upload-ledger.js';
import { UploadRepository } from './upload.repository.js';

const NOW = new Date('2026-03-01T12:00:00Z');
type DuplicateStatus = (typeof DUPLICATE_STATUSES)[number];

const file = (name: string): FileLink => ({
  title: `File:${name}`,
  url: `https://commons.example/wiki/File:${name}`,
});
const duplicate = (type: DuplicateStatus, ...links: FileLink[]): StructuredError => ({
  type,
  message: 'This file is already on Commons.',
  links,
});

describe('UploadLedger', () => {
  let opened: OpenTestDatabase;
  let uploads: UploadRepository;
  let ledger: UploadLedger;

  beforeAll(async () => {
    opened = await openTestDatabase();
    uploads = new UploadRepository(opened.database);
    ledger = new UploadLedger(opened.database);
  });

  afterAll(() => opened.drop());

  /** An upload of an image that a worker has taken. */
  const running = async (members: Parameters<typeof aNewUpload>[0]): Promise<number> => {
    const { uploads: states } = await aBatch(opened.database, [aNewUpload(members)]);
    const id = states[0]?.id ?? 0;
    await uploads.claim(id, 'worker', NOW, new Date(NOW.getTime() + 60_000));
    return id;
  };
  const publish = async (id: number, { title, url }: FileLink): Promise<void> => {
    await uploads.markCommitted(id, 'worker', NOW, { publishedTitle: title, publishedUrl: url });
  };
  const end = async (id: number, status: UploadStatus, error?: StructuredError): Promise<void> => {
    await uploads.finish(id, 'worker', { status, ...(error && { error }) });
  };
  const filesOf = async (...keys: string[]): Promise<[string, FileLink[]][]> => [
    ...(await ledger.listFiles('mapillary', keys)),
  ];

  it('tells what uploads have published, as soon as it is there', async () => {
    const id = await running({ key: 'a' });
    expect(await filesOf('a')).toEqual([]);
    await publish(id, file('A.jpg'));
    expect(await filesOf('a')).toEqual([['a', [file('A.jpg')]]]);
    await end(id, 'completed');
    expect(await filesOf('a', 'not uploaded')).toEqual([['a', [file('A.jpg')]]]);
  });

  it('tells what was found to be on Commons already, each file once', async () => {
    const first = await running({ key: 'b' });
    await publish(first, file('B.jpg'));
    await end(first, 'completed');
    for (const status of DUPLICATE_STATUSES) {
      await end(await running({ key: 'b' }), status, duplicate(status, file('B.jpg'), file(`${status}.jpg`)));
    }
    expect(await filesOf('b')).toEqual([
      ['b', [file('B.jpg'), ...DUPLICATE_STATUSES.map((status) => file(`${status}.jpg`))]],
    ]);
  });

  it('knows nothing of what failed, was cancelled or waits', async () => {
    await end(await running({ key: 'c' }), 'failed', { type: 'error', message: 'No.' });
    await end(await running({ key: 'c' }), 'cancelled');
    await aBatch(opened.database, [aNewUpload({ key: 'c' })]);
    expect(await filesOf('c')).toEqual([]);
  });

  it('keeps sources apart, and ids that differ in case', async () => {
    const id = await running({ key: 'd', handler: 'flickr' });
    await publish(id, file('D.jpg'));
    expect(await filesOf('d')).toEqual([]);
    expect([...(await ledger.listFiles('flickr', ['D']))]).toEqual([]);
    expect([...(await ledger.listFiles('flickr', ['d']))]).toEqual([['d', [file('D.jpg')]]]);
  });

  it('keeps collections apart where it is asked to', async () => {
    const id = await running({ key: '1', handler: 'manifest', collection: 'one' });
    await publish(id, file('One.jpg'));
    expect([...(await ledger.listFiles('manifest', ['1'], 'another'))]).toEqual([]);
    expect([...(await ledger.listFiles('manifest', ['1'], 'one'))]).toEqual([['1', [file('One.jpg')]]]);
  });

  it('answers for more images than one query takes, and for none', async () => {
    const id = await running({ key: 'the last' });
    await publish(id, file('Last.jpg'));
    const keys = [...Array.from({ length: 2_500 }, (_, n) => `unknown ${n}`), 'the last'];
    expect(await filesOf(...keys)).toEqual([['the last', [file('Last.jpg')]]]);
    expect(await filesOf()).toEqual([]);
  });
});
