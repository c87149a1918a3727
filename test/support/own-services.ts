import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The repository: npm runs every script there. */
const ROOT = process.cwd();
const DATABASE = 'curator_own';

export type OwnServer = 'mariadbd' | 'redis-server-0';

/** A MariaDB and a Redis of one's own, to be killed and started again. They end with this process. */
export class OwnServices {
  private readonly awaited = new Map<string, () => void>();
  private readonly ended: Promise<unknown>;

  private constructor(
    private readonly keeper: ChildProcess,
    readonly databaseUrl: string,
    readonly redisUrl: string,
    lines: AsyncIterator<string>,
  ) {
    this.ended = once(keeper, 'exit');
    void this.listen(lines);
  }

  /** @throws Error when they do not start; their log is on standard error then */
  static async start(): Promise<OwnServices> {
    const folder = await mkdtemp(path.join(tmpdir(), 'curator-own-'));
    const options = { folder, mariadb: true, redis: 1, durable: true, database: DATABASE };
    const keeper = spawn(
      process.execPath,
      [path.join(ROOT, 'scripts/keep-services.mjs'), JSON.stringify(options)],
      { detached: true, stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const lines = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done === true) throw new Error('MariaDB and Redis did not start');
    const { mysqlSocket, redisSockets } = JSON.parse(first.value) as {
      mysqlSocket: string;
      redisSockets: string[];
    };
    const socketPath = encodeURIComponent(mysqlSocket);
    return new OwnServices(
      keeper,
      `mysql://root@localhost/${DATABASE}?socketPath=${socketPath}`,
      `redis+unix://${redisSockets[0] ?? ''}`,
      lines,
    );
  }

  /** Resolves when it has ended. */
  kill(server: OwnServer, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    return this.command({ kill: server, signal });
  }

  /** Starts it again on its data and socket; resolves when it answers. */
  restart(server: OwnServer): Promise<void> {
    return this.command({ start: server });
  }

  async stop(): Promise<void> {
    this.keeper.stdin?.end();
    await this.ended;
  }

  private async command(what: Record<string, string>): Promise<void> {
    const line = JSON.stringify(what);
    const done = new Promise<void>((resolve) => this.awaited.set(line, resolve));
    this.keeper.stdin?.write(`${line}\n`);
    await done;
  }

  private async listen(lines: AsyncIterator<string>): Promise<void> {
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
      this.awaited.get(next.value)?.();
      this.awaited.delete(next.value);
    }
  }
}
