import type { ClientMessageOf, UploadItemDto } from '#app/protocol';
import { startApi, startApiIn, type RunningApi } from '../sign-in/running-api.js';
import { LiveClient, UpgradeRefused } from '../support/live-client.js';
import { signIn } from '../support/sign-in.js';

export const anItem = (id: string, fields: Partial<UploadItemDto> = {}): UploadItemDto => ({
  id,
  input: 'sequence',
  title: `Street ${id}.jpg`,
  wikitext: '== {{int:filedesc}} ==',
  ...fields,
});

/** @param items whole items, or the ids of any */
export const aSlice = (
  batchid: number,
  sliceid: number,
  items: readonly (UploadItemDto | string)[],
): ClientMessageOf<'UPLOAD_SLICE'> => ({
  type: 'UPLOAD_SLICE',
  data: {
    batchid,
    sliceid,
    handler: 'mapillary',
    items: items.map((item) => (typeof item === 'string' ? anItem(item) : item)),
  },
});

/** A batch of the client's user with uploads of these images. */
export const aBatch = async (client: LiveClient, ...ids: string[]): Promise<number> => {
  const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
  if (ids.length > 0) await client.ask(aSlice(batchid, 0, ids), 'UPLOAD_SLICE_ACK');
  return batchid;
};

/** An API in this process and WebSockets to it. */
export class LiveApi {
  private readonly clients: LiveClient[] = [];

  private constructor(
    readonly running: RunningApi,
    private readonly cookies: Map<string, string>,
  ) {}

  /** @param more further environment variables */
  static async start(more: Record<string, string> = {}): Promise<LiveApi> {
    return new LiveApi(await startApi(more), new Map());
  }

  /** A further API with the same stores and sessions. */
  static async startBeside(api: LiveApi, more: Record<string, string> = {}): Promise<LiveApi> {
    return new LiveApi(await startApiIn(api.running, more), api.cookies);
  }

  async cookieOf(user: string): Promise<string> {
    const known = this.cookies.get(user) ?? (await signIn(this.running.origin, user)).cookie;
    this.cookies.set(user, known);
    return known;
  }

  /** Lets the user sign in again at the next connection. */
  forget(user: string): void {
    this.cookies.delete(user);
  }

  async connect(user = 'Uploader', headers: { origin?: string } = {}): Promise<LiveClient> {
    const cookie = await this.cookieOf(user);
    const client = await LiveClient.connect(this.running.origin, { cookie, ...headers });
    this.clients.push(client);
    return client;
  }

  /** The HTTP status that answers an upgrade request. */
  async statusOf(headers: { cookie?: string; origin?: string }, under = ''): Promise<number> {
    try {
      this.clients.push(await LiveClient.connect(this.running.origin + under, headers));
      return 101;
    } catch (error) {
      if (error instanceof UpgradeRefused) return error.status;
      throw error;
    }
  }

  /** @throws Error if any of them got a frame that is not as documented */
  async closeClients(): Promise<void> {
    for (const client of this.clients.splice(0)) await client.close();
  }

  async stop(): Promise<void> {
    await this.running.stop();
  }
}
