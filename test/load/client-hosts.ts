import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type {
  HostCommand,
  HostCommands,
  HostReply,
  HostReport,
  HostRequest,
  HostSetup,
  HostStatus,
} from './host-commands.js';

/** The repository: npm runs every script there. */
const PROGRAM = path.join(process.cwd(), 'dist/test/load/client-host.js');

type Argument<N extends HostCommand> = Parameters<HostCommands[N]>[0];
type Result<N extends HostCommand> = Awaited<ReturnType<HostCommands[N]>>;

/** Processes that hold WebSocket clients. */
export class ClientHosts {
  private readonly waiting = new Map<number, (reply: HostReply) => void>();
  private lastId = 0;

  private constructor(private readonly children: readonly ChildProcess[]) {
    for (const child of children) child.on('message', (reply: HostReply) => this.settle(reply));
  }

  /** As many processes as these; the clients are dealt out to them. */
  static async start(count: number, { clients, seed }: HostSetup): Promise<ClientHosts> {
    const children = Array.from({ length: count }, () =>
      fork(PROGRAM, { execArgv: ['--enable-source-maps'], serialization: 'advanced' }),
    );
    const hosts = new ClientHosts(children);
    await Promise.all(
      children.map((child, host) =>
        hosts.send(child, 'setUp', { seed, clients: clients.filter(({ index }) => index % count === host) }),
      ),
    );
    return hosts;
  }

  get pids(): number[] {
    return this.children.flatMap(({ pid }) => pid ?? []);
  }

  /** Has every process do this. @returns what each answered */
  all<N extends HostCommand>(name: N, ...[argument]: [Argument<N>] | []): Promise<Result<N>[]> {
    return Promise.all(this.children.map((child) => this.send(child, name, argument)));
  }

  async status(): Promise<HostStatus> {
    const all = await this.all('status');
    const sum = (field: 'clients' | 'open' | 'settled'): number =>
      all.reduce((total, one) => total + one[field], 0);
    return {
      clients: sum('clients'),
      open: sum('open'),
      settled: sum('settled'),
      lastSettledAt: Math.max(...all.map(({ lastSettledAt }) => lastSettledAt)),
    };
  }

  /** All that was measured since the last call, by all of them. */
  async report(): Promise<HostReport> {
    const reports = await this.all('report');
    const sum = (field: 'frames' | 'bytes' | 'mostFramesASecond' | 'rudeFrames' | 'unanswered'): number =>
      reports.reduce((total, one) => total + one[field], 0);
    const together = (field: 'connectMs' | 'settleMs'): Float64Array =>
      Float64Array.from(reports.flatMap((one) => [...one[field]]));
    const arrivals = new Map<string, Float64Array>();
    for (const [key, at] of reports.flatMap((one) => [...one.arrivals]))
      arrivals.set(key, Float64Array.from([...(arrivals.get(key) ?? []), ...at]));
    return {
      arrivals,
      connectMs: together('connectMs'),
      settleMs: together('settleMs'),
      frames: sum('frames'),
      bytes: sum('bytes'),
      mostFramesASecond: sum('mostFramesASecond'),
      closes: addUp(reports.map(({ closes }) => closes)),
      refusals: addUp(reports.map(({ refusals }) => refusals)),
      errors: reports.flatMap(({ errors }) => errors),
      rudeFrames: sum('rudeFrames'),
      unanswered: sum('unanswered'),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }

  private send<N extends HostCommand>(
    child: ChildProcess,
    name: N,
    argument?: Argument<N>,
  ): Promise<Result<N>> {
    this.lastId += 1;
    const request: HostRequest = { id: this.lastId, name, argument };
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error(`A process with clients ended before it could ${name}`));
      if (!child.connected) return gone();
      child.once('exit', gone);
      this.waiting.set(request.id, (reply) => {
        child.off('exit', gone);
        if ('error' in reply) reject(new Error(reply.error));
        else resolve(reply.result as Result<N>);
      });
      child.send(request);
    });
  }

  private settle(reply: HostReply): void {
    this.waiting.get(reply.id)?.(reply);
    this.waiting.delete(reply.id);
  }
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((one) => Object.entries(one)))
    sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
