import { randomBytes } from 'node:crypto';
import { AppProcess, type Environment } from './app-process.js';
import { createDatabase } from './create-database.js';
import { NO_LIMITS } from './no-limits.js';
import { LiveClient } from './live-client.js';
import { signIn } from './sign-in.js';
import { startUpstreams, type Upstreams } from '../upstreams/index.js';

export interface StackOptions {
  apis?: number;
  workers?: number;
  /** Variables for every api and worker, over those of the stack. */
  environment?: Environment;
}

/** Where a stack keeps its data. Without one: a new database on the server of TEST_DATABASE_URL and the Redis of TEST_REDIS_URL. */
export interface Stores {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  release(): Promise<void>;
}

/** A whole Curator: processes of api and worker, their stores, and stand-ins for everything outside. */
export class Stack {
  readonly apis: AppProcess[] = [];
  readonly workers: AppProcess[] = [];
  private readonly clients: LiveClient[] = [];
  private readonly cookies = new Map<string, Promise<string>>();

  private constructor(
    readonly upstreams: Upstreams,
    readonly stores: Stores,
    private readonly environment: Environment,
  ) {}

  /** Starts everything and resolves when all processes listen. @throws Error with a process's log, after stopping the rest */
  static async start(
    { apis = 1, workers = 1, environment = {} }: StackOptions = {},
    openStores: () => Promise<Stores> = openTestStores,
  ): Promise<Stack> {
    const upstreams = await startUpstreams();
    const stores = await openStores();
    const stack = new Stack(upstreams, stores, {
      DATABASE_URL: stores.databaseUrl,
      REDIS_URL: stores.redisUrl,
      TOKEN_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
      API_PORT: '0',
      ...NO_LIMITS,
      WORKER_HEALTH_PORT: '0',
      LOG_FORMAT: 'json',
      SHUTDOWN_DRAIN_SECONDS: '0',
      SHUTDOWN_GRACE_SECONDS: '5',
      ...upstreams.environment,
      ...environment,
    });
    const started = await Promise.allSettled([
      ...Array.from({ length: apis }, () => stack.startApi()),
      ...Array.from({ length: workers }, () => stack.startWorker()),
    ]);
    const failed = started.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      await stack.stop();
      throw failed.reason;
    }
    return stack;
  }

  /** One more api. @param environment over the stack's */
  async startApi(environment: Environment = {}): Promise<AppProcess> {
    const api = await AppProcess.start('api', { ...this.environment, ...environment });
    this.apis.push(api);
    return api;
  }

  /** One more worker. @param environment over the stack's */
  async startWorker(environment: Environment = {}): Promise<AppProcess> {
    const worker = await AppProcess.start('worker', { ...this.environment, ...environment });
    this.workers.push(worker);
    return worker;
  }

  get api(): AppProcess {
    const [first] = this.apis;
    if (first === undefined) throw new Error('This stack has no api');
    return first;
  }

  get worker(): AppProcess {
    const [first] = this.workers;
    if (first === undefined) throw new Error('This stack has no worker');
    return first;
  }

  /** The session cookie of a user of the stand-in wiki, signed in at the first call. */
  cookieOf(userName = 'Uploader'): Promise<string> {
    let cookie = this.cookies.get(userName);
    if (cookie === undefined) {
      cookie = signIn(this.api.url, userName).then((browser) => browser.cookie);
      this.cookies.set(userName, cookie);
    }
    return cookie;
  }

  /** A WebSocket of a signed-in user; the stack closes it when it stops. */
  async connect(userName = 'Uploader', api = this.api): Promise<LiveClient> {
    const client = await LiveClient.connect(api.url, { cookie: await this.cookieOf(userName) });
    this.clients.push(client);
    return client;
  }

  /**
   * Stops everything, users first.
   * @throws Error if a client got a frame that was not as documented
   */
  async stop(): Promise<void> {
    const closed = await Promise.allSettled(this.clients.map((client) => client.close()));
    await Promise.all([...this.apis, ...this.workers].map((app) => app.stop()));
    await this.upstreams.stop();
    await this.stores.release();
    for (const result of closed) if (result.status === 'rejected') throw result.reason;
  }
}

async function openTestStores(): Promise<Stores> {
  const redisUrl = process.env['TEST_REDIS_URL'];
  if (redisUrl === undefined) throw new Error('TEST_REDIS_URL is not set: run the specs with npm test');
  const database = await createDatabase();
  return { databaseUrl: database.url, redisUrl, release: () => database.drop() };
}
