import { setTimeout as delay } from 'node:timers/promises';
import { LiveClient, UpgradeRefused } from '../support/live-client.js';
import { queryRows } from '../support/query-rows.js';
import { signIn } from '../support/sign-in.js';
import { openCollection, type Item } from '../support/upload-collection.js';
import { SAMPLE_SEQUENCES } from '../upstreams/index.js';
import type { PlannedBatch, PlannedPerson } from './plan.js';
import type { Random } from './random.js';

export const SESSION_EXPIRED = 'Your session has expired. Please log in and retry.';
const ITEMS_A_SLICE = 18;
const AGAIN_MS = 300;
const LOOK_MS = 500;

export interface PersonOptions {
  readonly plan: PlannedPerson;
  readonly random: Random;
  readonly databaseUrl: string;
  /** Addresses of the APIs that run now. */
  readonly apis: () => readonly string[];
  /** Nothing is tried any more after this moment. */
  readonly deadline: number;
}

/** A batch as its owner has seen it. */
export interface WatchedBatch {
  readonly id: number;
  /** Null: a retry of failed uploads. */
  readonly planned: PlannedBatch | null;
  /** The last status of each upload that a subscriber was told, by image id. */
  readonly told: Map<string, string>;
  wasCancelled: boolean;
  hasEnded: boolean;
}

/** Somebody with a web client: patient, signs in again whenever asked to, and retries what failed for that. */
export class Person {
  readonly batches: WatchedBatch[] = [];
  /** Frames that were not as documented. */
  readonly complaints: string[] = [];
  signIns = 0;
  private cookie: Promise<string> | null = null;
  private lastProblem = '';

  constructor(private readonly options: PersonOptions) {}

  get name(): string {
    return this.options.plan.name;
  }

  /** Uploads everything that is planned and sees it through. @throws Error at the deadline */
  async work(): Promise<void> {
    const { plan, random } = this.options;
    const watched: Promise<void>[] = [];
    await this.patiently('open a collection', (client) =>
      openCollection(client, SAMPLE_SEQUENCES.someLarge.id),
    );
    for (const planned of plan.batches) {
      const batch = await this.create(planned);
      watched.push(this.seeThrough(batch));
      await delay(random.below(1_500));
    }
    await Promise.all(watched);
  }

  /** As often as the pause or the end of a sign-in shows. Resolves when `isOver`. */
  async staySignedIn(isOver: () => boolean): Promise<void> {
    while (!isOver() && Date.now() < this.options.deadline) {
      await delay(LOOK_MS);
      if (await this.isSignInNeeded().catch(() => false)) await this.signInAgain();
    }
  }

  /** @throws Error at the deadline */
  async signInAgain(): Promise<void> {
    this.cookie = null;
    await this.patiently('sign in', () => Promise.resolve());
  }

  private async isSignInNeeded(): Promise<boolean> {
    const rows = await queryRows(
      this.options.databaseUrl,
      'SELECT 1 FROM users WHERE username = ? AND (paused_at IS NOT NULL OR access_token IS NULL)',
      [this.name],
    );
    return rows.length > 0;
  }

  private async create(planned: PlannedBatch): Promise<WatchedBatch> {
    const id = await this.patiently('create a batch', async (client) => {
      const { data } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
      return data;
    });
    const items = planned.uploads.map(({ item }) => item);
    for (let start = 0, sliceid = 0; start < items.length; start += ITEMS_A_SLICE, sliceid += 1)
      await this.sendSlice(id, sliceid, items.slice(start, start + ITEMS_A_SLICE));
    return this.remember(id, planned);
  }

  private remember(id: number, planned: PlannedBatch | null): WatchedBatch {
    const batch = { id, planned, told: new Map<string, string>(), wasCancelled: false, hasEnded: false };
    this.batches.push(batch);
    return batch;
  }

  private async sendSlice(batchid: number, sliceid: number, items: Item[]): Promise<void> {
    await this.patiently(`send slice ${sliceid}`, (client) =>
      client.ask(
        { type: 'UPLOAD_SLICE', data: { batchid, sliceid, handler: 'mapillary', items } },
        'UPLOAD_SLICE_ACK',
      ),
    );
  }

  /** Watches a batch to its end, and the retries of what failed for a lost sign-in. */
  private async seeThrough(batch: WatchedBatch): Promise<void> {
    await this.patiently(`watch batch ${batch.id}`, async (client) => {
      this.follow(client, batch);
      await client.ask({ type: 'SUBSCRIBE_BATCH', data: batch.id }, 'SUBSCRIBED');
      if (batch.wasCancelled && ![...batch.told.values()].includes('cancelled'))
        client.send({ type: 'CANCEL_BATCH', data: batch.id });
      await client.next('UPLOADS_COMPLETE', {
        where: ({ data }) => data === batch.id,
        timeoutMs: Math.max(0, this.options.deadline - Date.now()),
      });
    });
    batch.hasEnded = true;
    const expired = await this.patiently('look for failed uploads', () => this.countExpired(batch.id));
    if (expired === 0) return;
    await this.signInAgain();
    await this.seeThrough(this.remember(await this.retry(batch.id), null));
  }

  /** Notes what a subscriber is told, and cancels when it is time. */
  private follow(client: LiveClient, batch: WatchedBatch): void {
    client.listen((frame) => {
      if (frame.type !== 'UPLOADS_UPDATE') return;
      for (const { batchid, key, status } of frame.data)
        if (batchid === batch.id) batch.told.set(key, status);
      const { cancelAfter } = batch.planned ?? { cancelAfter: null };
      const ended = [...batch.told.values()].filter((status) => !['queued', 'in_progress'].includes(status));
      if (cancelAfter === null || batch.wasCancelled || ended.length < cancelAfter) return;
      batch.wasCancelled = true;
      client.send({ type: 'CANCEL_BATCH', data: batch.id });
    });
  }

  private async countExpired(batchid: number): Promise<number> {
    const [row] = await queryRows(
      this.options.databaseUrl,
      "SELECT COUNT(*) AS count FROM upload_requests WHERE batchid = ? AND status = 'failed' AND error LIKE ?",
      [batchid, `%${SESSION_EXPIRED}%`],
    );
    return Number(row?.['count'] ?? 0);
  }

  /** A retry whose answer was lost is found in the list of batches. */
  private retry(batchid: number): Promise<number> {
    return this.patiently(`retry batch ${batchid}`, async (client) => {
      const [made] = await queryRows(
        this.options.databaseUrl,
        'SELECT id FROM batches WHERE retry_of = ? AND EXISTS (SELECT 1 FROM upload_requests WHERE batchid = batches.id)',
        [batchid],
      );
      if (made !== undefined) return Number(made['id']);
      const { data } = await client.ask({ type: 'RETRY_UPLOADS', data: batchid }, 'RETRY_UPLOADS_RESPONSE');
      return data;
    });
  }

  /** Does it over a socket of its own, again and again until it works. @throws Error at the deadline */
  private async patiently<T>(what: string, work: (client: LiveClient) => Promise<T>): Promise<T> {
    while (Date.now() < this.options.deadline) {
      let client: LiveClient | null = null;
      try {
        client = await this.connect();
        return await work(client);
      } catch (error) {
        this.lastProblem = String(error);
        if (error instanceof UpgradeRefused && error.status === 401) this.cookie = null;
        await delay(AGAIN_MS);
      } finally {
        await this.hangUp(client);
      }
    }
    throw new Error(`${this.name} could not ${what} in time. The last problem: ${this.lastProblem}`);
  }

  private async connect(): Promise<LiveClient> {
    const { random, apis } = this.options;
    const url = random.pick(apis());
    this.cookie ??= this.signIn(url);
    let cookie: string;
    try {
      cookie = await this.cookie;
    } catch (error) {
      this.cookie = null;
      throw error;
    }
    return LiveClient.connect(url, { cookie });
  }

  private async signIn(url: string): Promise<string> {
    const browser = await signIn(url, this.name);
    this.signIns += 1;
    return browser.cookie;
  }

  private async hangUp(client: LiveClient | null): Promise<void> {
    if (client === null) return;
    client.terminate();
    try {
      await client.close();
    } catch (error) {
      this.complaints.push(String(error));
    }
  }
}
