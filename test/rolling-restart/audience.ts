import { setTimeout as delay } from 'node:timers/promises';
import { LiveClient } from '../support/live-client.js';
import { waitUntil } from '../support/wait-until.js';
import type { Balancer } from './balancer.js';

/** What clients come back after: https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number */
const COME_BACK = [1001, 1012];
const BETWEEN_REQUESTS_MS = 25;
const BETWEEN_QUESTIONS_MS = 100;
const PATIENCE_MS = 10_000;

export interface AudienceOptions {
  readonly balancer: Balancer;
  readonly cookie: string;
  readonly batchid: number;
  /** Clients that watch the batch to its end. */
  readonly subscribers: number;
  /** Browsers that load something again and again, on connections that they keep. */
  readonly visitors: number;
  readonly deadline: number;
}

/** People who look on while processes come and go, and note everything that they should not have seen. */
export class Audience {
  readonly problems: string[] = [];
  /** How often a client had to come back. */
  reconnects = 0;
  /** Answers that visitors got. */
  answers = 0;
  /** The last status of each upload as each subscriber was told it, by image id. */
  readonly told: ReadonlyMap<string, string>[];
  private readonly watching: Promise<void>[];
  private readonly others: Promise<void>[];
  private isOver = false;

  constructor(private readonly options: AudienceOptions) {
    const { subscribers, visitors } = options;
    const told = Array.from({ length: subscribers }, () => new Map<string, string>());
    this.told = told;
    const noted = (work: Promise<void>): Promise<void> =>
      work.catch((error: unknown) => void this.problems.push(String(error)));
    this.watching = told.map((statuses) => noted(this.watch(statuses)));
    this.others = [...Array.from({ length: visitors }, () => this.visit()), this.ask()].map(noted);
  }

  /** Resolves when every subscriber was told the end of the batch. */
  async whenTold(): Promise<void> {
    await Promise.all(this.watching);
    this.isOver = true;
    await Promise.all(this.others);
  }

  /** Watches the batch; comes back when told to, and subscribes again. */
  private async watch(statuses: Map<string, string>): Promise<void> {
    const { batchid, deadline } = this.options;
    let hasEnded = false;
    while (!hasEnded && Date.now() < deadline) {
      hasEnded = await this.overSocket('watch', async (client) => {
        client.listen((frame) => {
          if (frame.type === 'ERROR') this.problems.push(`A subscriber was told ${JSON.stringify(frame)}`);
          if (frame.type !== 'UPLOADS_UPDATE') return;
          for (const { key, status } of frame.data) statuses.set(key, status);
        });
        await client.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
        const timeoutMs = Math.max(0, deadline - Date.now());
        await client.next('UPLOADS_COMPLETE', { where: ({ data }) => data === batchid, timeoutMs });
      });
    }
    if (!hasEnded) this.problems.push('A subscriber was not told the end in time');
  }

  /** Asks for the batch's uploads again and again over a socket that it keeps. */
  private async ask(): Promise<void> {
    const { batchid } = this.options;
    while (!this.isOver) {
      await this.overSocket('ask', async (client) => {
        while (!this.isOver) {
          await client.ask({ type: 'FETCH_BATCH_UPLOADS', data: batchid }, 'BATCH_UPLOADS_LIST');
          await delay(BETWEEN_QUESTIONS_MS);
        }
      });
    }
  }

  /** @returns whether the work was done; false when the server sent the client away */
  private async overSocket(what: string, work: (client: LiveClient) => Promise<void>): Promise<boolean> {
    const client = await this.connect(what);
    if (client === null) return false;
    try {
      await work(client);
      await client.close();
      return true;
    } catch (error) {
      const code = client.isOpen ? null : await waitUntil('the close code', () => client.closeCode);
      if (code !== null && COME_BACK.includes(code)) this.reconnects += 1;
      else this.problems.push(`To ${what} (closed with ${code}): ${String(error)}`);
      return false;
    } finally {
      client.terminate();
    }
  }

  private async connect(what: string): Promise<LiveClient | null> {
    const { balancer, cookie } = this.options;
    const url = await balancer.pick();
    try {
      return await LiveClient.connect(url, { cookie });
    } catch (error) {
      this.problems.push(`Could not connect to ${url} to ${what}: ${String(error)}`);
      await delay(BETWEEN_QUESTIONS_MS);
      return null;
    }
  }

  /** `fetch` keeps its connections for the next request. */
  private async visit(): Promise<void> {
    const { balancer, cookie } = this.options;
    while (!this.isOver) {
      const url = `${await balancer.pick()}/auth/whoami`;
      try {
        const answer = await fetch(url, { headers: { cookie }, signal: AbortSignal.timeout(PATIENCE_MS) });
        await answer.text();
        if (answer.ok) this.answers += 1;
        else this.problems.push(`${url} answered ${answer.status}`);
      } catch (error) {
        const { cause } = error as Error;
        this.problems.push(`${url}: ${String(error)} ${String(cause)}`);
      }
      await delay(BETWEEN_REQUESTS_MS);
    }
  }
}
