import { type Figure, quantile } from '../../bench/figure.js';
import { bytesOf, type Rest } from './evidence.js';
import type { Memory } from './inspector.js';
import type { HostReport } from './host-commands.js';
import type { LoadOptions } from './options.js';
import type { LoadFacts, Part } from './run-load.js';
import { type Latencies, measureLatencies } from './windows.js';

const MOST_MS = 250;
const STORM_SECONDS = 10;
const GROWTH = 1.1;

const told = (name: string, measured: number, unit: string): Figure => ({
  name,
  measured,
  unit,
  reference: null,
});
const atMost = (name: string, measured: number, unit: string, most: number): Figure => ({
  ...told(name, measured, unit),
  reference: { atMost: most },
});
const none = (name: string, measured: number): Figure => atMost(name, measured, '', 0);

/** What may be seen on any machine, however busy: what must never be. */
export function countedFigures(facts: LoadFacts): Figure[] {
  const { before, after, broadcast, hour, connecting } = facts;
  const parts = [broadcast, ...hour];
  const reports = [connecting, ...parts.map(({ report }) => report)];
  const sum = (of: (report: HostReport) => number): number =>
    reports.reduce((total, one) => total + of(one), 0);
  const failed = parts.reduce((total, { result }) => total + othersThan('completed', result.statuses), 0);
  return [
    none(
      'final states that a subscriber did not get',
      parts.reduce((total, { result }) => total + result.lost, 0),
    ),
    none('uploads that ended otherwise than completed', failed),
    told(
      'frames sent that are no message',
      sum(({ rudeFrames }) => rudeFrames),
      '',
    ),
    none(
      '  of these not answered',
      sum(({ unanswered }) => unanswered),
    ),
    none(
      'ERROR frames to clients that sent nothing wrong',
      sum(({ errors }) => errors.length),
    ),
    none(
      'upgrades refused',
      sum(({ refusals }) => countOf(refusals, (name) => name.startsWith('HTTP '))),
    ),
    ...restFigures(before, after),
  ];
}

/** Of connections that the API opens itself: their pools grow and shrink as they need. */
const OUTGOING = /^(Socket|TLSSocket|PoolConnection|ClientHandshake|Client|Pool) /;

function restFigures(before: Rest, after: Rest): Figure[] {
  const more = (of: (rest: Rest) => number): number => of(after) - of(before);
  const listeners = ({ census }: Rest): number => countOf(census.listeners, (name) => !OUTGOING.test(name));
  return [
    none('channels in Redis still subscribed after all clients left', after.subscriptions.length),
    none('WebSockets still there', after.census.emitters['WebSocket'] ?? 0),
    none('TCP connections to the API still there', after.connections),
    told(
      'connections of the API itself more than at the start',
      more(({ open }) => open.sockets),
      '',
    ),
    none(
      'file descriptors beside those of sockets more than at the start',
      more(({ open }) => open.descriptors - open.sockets),
    ),
    none('listeners more than at the start, but for its own connections', more(listeners)),
    none(
      'timers more than at the start',
      more(({ census }) => census.resources['Timeout'] ?? 0),
    ),
    none(
      'AbortSignals more than at the start',
      more(({ census }) => census.abortSignals),
    ),
  ];
}

/** What depends on the machine and on what else it does. */
export function measuredFigures(facts: LoadFacts, { clients }: LoadOptions): Figure[] {
  const { broadcast, hour, stamps, storms, connecting, before, after, peak } = facts;
  const latencies = hour.map(({ report }) => measureLatencies(report.arrivals, stamps, storms));
  const together = (of: (one: Latencies) => readonly number[]): number[] =>
    latencies.flatMap((one) => [...of(one)]);
  const calm = together((one) => one.calm);
  const stormy = together((one) => one.stormy);
  return [
    ...latencyFigures(
      `change to frame, ${clients} subscribers of one batch`,
      measureLatencies(broadcast.report.arrivals, stamps, []).calm,
    ),
    ...latencyFigures('change to frame, in the hour between storms', calm),
    ...(stormy.length === 0
      ? []
      : [told('change to frame, in the hour while a storm goes on, p99', quantile(stormy, 0.99), 'ms')]),
    ...timeFigures('time to connect (TCP and upgrade)', connecting.connectMs),
    ...timeFigures('time until all is known (with subscription)', connecting.settleMs),
    ...storms.flatMap(({ what, from, to, cpu }) => [
      atMost(`until a storm is over: ${what}`, (to - from) / 1000, 's', STORM_SECONDS),
      told('  CPU of the API in it', cpu, 's'),
    ]),
    ...partFigures('one batch for everybody', [broadcast]),
    ...partFigures('the hour', hour),
    ...memoryFigures(before, after, peak, [broadcast, ...hour]),
  ];
}

function latencyFigures(name: string, latencies: readonly number[]): Figure[] {
  if (latencies.length === 0) return [atMost(`${name}: nothing arrived`, 1, '', 0)];
  return [
    told(`${name}: frames`, latencies.length, ''),
    told('  p50', quantile(latencies, 0.5), 'ms'),
    told('  p95', quantile(latencies, 0.95), 'ms'),
    atMost('  p99', quantile(latencies, 0.99), 'ms', MOST_MS),
    told('  slowest', quantile(latencies, 1), 'ms'),
  ];
}

function timeFigures(name: string, times: Float64Array): Figure[] {
  const all = [...times];
  return [
    told(`${name}, p50`, quantile(all, 0.5), 'ms'),
    told('  p99', quantile(all, 0.99), 'ms'),
    told('  slowest', quantile(all, 1), 'ms'),
  ];
}

function partFigures(name: string, parts: readonly Part[]): Figure[] {
  const sum = (of: (part: Part) => number): number => parts.reduce((total, one) => total + of(one), 0);
  const seconds = sum((part) => part.seconds);
  return [
    told(`${name}: it took`, seconds, 's'),
    told('  frames a second', sum(({ report }) => report.frames) / seconds, ''),
    told('  most frames in a second', Math.max(...parts.map(({ report }) => report.mostFramesASecond)), ''),
    told('  megabytes a second', sum(({ report }) => report.bytes) / 1e6 / seconds, 'MB'),
    told(
      '  CPU of the API',
      sum(({ cpu }) => cpu.api),
      's',
    ),
    told(
      '  CPU of the workers',
      sum(({ cpu }) => cpu.workers),
      's',
    ),
    told(
      '  CPU of the clients',
      sum(({ cpu }) => cpu.clients),
      's',
    ),
    told(
      '  CPU of the stand-ins and of this run',
      sum(({ cpu }) => cpu.standIns),
      's',
    ),
  ];
}

function memoryFigures(before: Rest, after: Rest, peak: LoadFacts['peak'], parts: readonly Part[]): Figure[] {
  const full = parts.map(({ memory }) => memory);
  const [first = peak] = full;
  const last = full.at(-1) ?? first;
  const row = (name: string, of: (memory: Memory) => number): Figure[] => [
    told(`${name} of the API at the start`, of(before.memory) / 1e6, 'MB'),
    told('  most', of(peak) / 1e6, 'MB'),
    told('  with all clients, after the first part', of(first) / 1e6, 'MB'),
    atMost('  with all clients, after the last part beside that', of(last) / of(first), 'times', GROWTH),
    told('  after all clients left', of(after.memory) / 1e6, 'MB'),
  ];
  return [
    ...row('heap and buffers', bytesOf),
    atMost('  beside the start', bytesOf(after.memory) / bytesOf(before.memory), 'times', GROWTH),
    ...row('RSS', ({ rss }) => rss),
    // What V8 and malloc keep of it for the next clients is no leak: that it does not grow with them is held above.
    told('  beside the start', after.memory.rss / before.memory.rss, 'times'),
  ];
}

/** Connections that ended, or came to nothing, otherwise than by the client: after a kill there are some. */
export function describeEnds({ broadcast, hour }: LoadFacts): string[] {
  return [broadcast, ...hour].flatMap(({ report: { closes, refusals } }, part) => {
    const ends = [
      ...Object.entries(closes).map(([code, count]) => `${count} closed with ${code}`),
      ...Object.entries(refusals).map(([why, count]) => `${count} came to nothing: ${why}`),
    ];
    return ends.length === 0 ? [] : [`connections in part ${part + 1}: ${ends.join(', ')}`];
  });
}

/** What there is more of than at the start, by class, event or kind: where to look when a figure above is missed. */
export function describeGrowth({ before, after }: Pick<LoadFacts, 'before' | 'after'>): string[] {
  const kinds = ['emitters', 'listeners', 'resources'] as const;
  return kinds.flatMap((kind) =>
    Object.entries(after.census[kind]).flatMap(([name, count]) => {
      const more = count - (before.census[kind][name] ?? 0);
      return more > 0 ? [`${kind}: ${name} +${more}`] : [];
    }),
  );
}

const countOf = (counts: Readonly<Record<string, number>>, isMeant: (name: string) => boolean): number =>
  Object.entries(counts).reduce((sum, [name, count]) => (isMeant(name) ? sum + count : sum), 0);

const othersThan = (expected: string, counts: Readonly<Record<string, number>>): number =>
  countOf(counts, (name) => name !== expected);
