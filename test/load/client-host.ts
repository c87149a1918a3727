/** A process that holds many WebSocket clients and does what it is told over its IPC channel; see host-commands.ts. */
import { Random } from '../chaos/random.js';
import type { HostCommand, HostCommands, HostReply, HostRequest } from './host-commands.js';
import { LoadClient } from './load-client.js';
import { Measurements } from './measurements.js';

let clients: LoadClient[] = [];
let apis: readonly string[] = [];
const measurements = new Measurements();

const commands: HostCommands = {
  setUp(setup) {
    const random = Random.of(setup.seed, 'host', setup.clients[0]?.index ?? 0);
    const around = { random, measurements, pickApi: () => random.pick(apis) };
    clients = setup.clients.map((plan) => new LoadClient(plan, around));
  },
  useApis(urls) {
    apis = urls;
  },
  watch(targets) {
    for (const client of clients) client.watch(targets[client.plan.user] ?? null);
  },
  connect({ every, withinMs }) {
    for (const client of clients) if (client.plan.index % every === 0) client.connect(withinMs);
  },
  cut({ backWithinMs }) {
    for (const client of clients) client.cut(backWithinMs);
  },
  readSlowly(isSlow) {
    for (const client of clients) if (client.plan.isSlow) client.setReading(!isSlow);
  },
  beRude() {
    for (const client of clients) if (client.plan.isRude) client.beRude();
  },
  status: () => ({
    clients: clients.filter(({ isWanted }) => isWanted).length,
    open: clients.filter(({ isOpen }) => isOpen).length,
    settled: clients.filter(({ isSettled }) => isSettled).length,
    lastSettledAt: measurements.lastSettledAt,
  }),
  compare: (expected) => clients.flatMap((client) => client.compare(expected)),
  report: () => ({
    ...measurements.take(),
    unanswered: clients.reduce((sum, client) => sum + client.unansweredFrames, 0),
  }),
  async leave() {
    await Promise.all(clients.map((client) => client.leave()));
  },
};

async function carryOut({ id, name, argument }: HostRequest): Promise<HostReply> {
  try {
    const table: Record<HostCommand, (argument: never) => unknown> = commands;
    return { id, result: await table[name](argument as never) };
  } catch (error) {
    return { id, error: String((error as Error).stack ?? error) };
  }
}

process.on('message', (request: HostRequest) => {
  void carryOut(request).then((reply) => process.send?.(reply));
});
process.once('disconnect', () => process.exit(0)); // whoever started this is gone
process.on('SIGINT', () => undefined); // Ctrl-C: the driver's end decides
