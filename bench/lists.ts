import {
  AuditLog,
  BatchRepository,
  FailedUploads,
  openDatabase,
  PeopleAdministration,
  PersistenceModule,
  UploadAdministration,
} from '#app/persistence';
import { Test } from '@nestjs/testing';
import { createDatabase } from '../test/support/create-database.js';
import { quantile, type BenchCase, type Figure } from './figure.js';
import { FILL, MILLION, NEWEST_BATCH } from './million-uploads.js';

const RUNS = 40;
const REFERENCE_MS = 50;
/** The index is walked up to a page: what is a hundred thousand uploads back takes longer. */
const DEEP: ReadonlySet<string> = new Set(['uploads, page 1,000']);

/** What a page asks: each look has other pages, as people have. */
type Look = (run: number) => Promise<{ items: readonly unknown[]; total: number }>;

interface Stores {
  uploads: UploadAdministration;
  failed: FailedUploads;
  people: PeopleAdministration;
  batches: BatchRepository;
  audit: AuditLog;
}

const looksOf = ({ uploads, failed, people, batches, audit }: Stores): Record<string, Look> => {
  const page = (run: number): number => 1 + (run % 20);
  const limit = 100;
  return {
    'uploads, all': (run) => uploads.listPage({ page: page(run), limit }),
    'uploads, page 1,000': () => uploads.listPage({ page: 1_000, limit }),
    'uploads, failed': (run) => uploads.listPage({ page: page(run), limit, statuses: ['failed'] }),
    'uploads, queued or running': (run) =>
      uploads.listPage({ page: page(run), limit, statuses: ['queued', 'in_progress'] }),
    'uploads, completed or duplicate': (run) =>
      uploads.listPage({ page: page(run), limit, statuses: ['completed', 'duplicate'] }),
    'uploads, failed in a week': (run) =>
      uploads.listPage({
        page: page(run),
        limit,
        statuses: ['failed'],
        since: new Date('2026-02-01'),
        until: new Date('2026-02-08'),
      }),
    'uploads, of a person': (run) => uploads.listPage({ page: page(run), limit, text: 'User 0123' }),
    'uploads, of ten people': (run) => uploads.listPage({ page: page(run), limit, text: 'User 012' }),
    'uploads, of everybody by name': (run) => uploads.listPage({ page: page(run), limit, text: 'User' }),
    'uploads, by file name': (run) => uploads.listPage({ page: page(run), limit, text: 'File 1234' }),
    'uploads, by id': () => uploads.listPage({ page: 1, limit, text: String(NEWEST_BATCH) }),
    'failed uploads, recent': (run) => failed.listPage({ page: page(run), limit: 50, sortBy: 'recent' }),
    'failed uploads, most': (run) => failed.listPage({ page: page(run), limit: 50, sortBy: 'batchSize' }),
    'failed uploads, by user': (run) => failed.listPage({ page: page(run), limit: 50, sortBy: 'user' }),
    'failed uploads, of a person': () =>
      failed.listPage({ page: 1, limit: 50, sortBy: 'recent', text: 'User 0123' }),
    batches: (run) => batches.listPage({ page: page(run), limit }),
    'batches, by user name': (run) => batches.listPage({ page: page(run), limit, filter: 'User 012' }),
    users: (run) => people.listUsers({ page: 1 + (run % 5), limit }),
    audit: (run) => audit.list({ page: page(run), limit }),
  };
};

/** The lists of administrators at a million uploads. What InnoDB has to count is counted once before, as by whoever looked first. */
export const lists: BenchCase = {
  name: 'lists',
  async run() {
    const created = await createDatabase();
    const database = await openDatabase(created.url, 2);
    for (const statement of FILL) await database.rows(statement);
    await database.change(
      "UPDATE upload_requests SET failure = IF(id MOD 3, 'network', 'other') WHERE status = 'failed'",
    );
    await database.close();
    const nest = await Test.createTestingModule({
      imports: [
        PersistenceModule.forRoot({
          databaseUrl: created.url,
          redisUrl: process.env['TEST_REDIS_URL'] ?? '',
          tokenEncryptionKeys: `bench:${Buffer.alloc(32).toString('base64')}`,
        }),
      ],
    }).compile();
    try {
      const looks = looksOf({
        uploads: nest.get(UploadAdministration),
        failed: nest.get(FailedUploads),
        people: nest.get(PeopleAdministration),
        batches: nest.get(BatchRepository),
        audit: nest.get(AuditLog),
      });
      const figures: Figure[] = [];
      for (const [name, look] of Object.entries(looks)) figures.push(...(await measure(name, look)));
      return figures;
    } finally {
      await nest.close();
      await created.drop();
    }
  },
};

async function measure(name: string, look: Look): Promise<Figure[]> {
  const timed = async (run: number): Promise<number> => {
    const startedAt = performance.now();
    await look(run);
    return performance.now() - startedAt;
  };
  const first = await timed(0);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push(await timed(run));
  return [
    { name: `${name}: first look, counting (of ${MILLION})`, measured: first, unit: 'ms', reference: null },
    {
      name: `${name}: 95 % within`,
      measured: quantile(times, 0.95),
      unit: 'ms',
      reference: DEEP.has(name) ? null : { atMost: REFERENCE_MS },
    },
  ];
}
