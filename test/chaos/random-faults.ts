import type { Fault, FaultSubject, UpstreamName, Upstreams } from '../upstreams/index.js';
import type { FaultKind } from './fault-kinds.js';
import { Random } from './random.js';
import { SOURCE_FAULTS } from './source-faults.js';
import { WIKI_FAULTS, wikiThing } from './wiki-faults.js';

const KINDS: readonly FaultKind[] = [...WIKI_FAULTS, ...SOURCE_FAULTS];
const UPSTREAMS: readonly UpstreamName[] = ['commons', 'mapillary', 'cdn', 'wcqs', 'geocoding'];

interface Run {
  readonly kind: FaultKind;
  left: number;
}

/**
 * Spoils a share of all answers. Whether and how the n-th request of a step about one thing is hit depends on the seed alone,
 * not on what else goes on.
 */
export class RandomFaults {
  /** How often each kind has hit. */
  readonly hits = new Map<string, number>();
  /** What can never succeed any more, by what it is about (a file's name, an image's id). */
  readonly hopeless = new Map<string, string[]>();
  private readonly counts = new Map<string, number>();
  private readonly running = new Map<string, Run>();
  /** Things and the groups of kinds that have hit them. */
  private readonly spent = new Set<string>();
  private isOn = true;

  /** @param share of the answers, 0 to 1 */
  constructor(
    private readonly upstreams: Upstreams,
    private readonly seed: number,
    private readonly share: number,
  ) {
    for (const name of UPSTREAMS) upstreams[name].faults.atRandom = (subject) => this.take(name, subject);
  }

  /** From now on every answer is as it should be, but for what can never succeed. */
  calm(): void {
    this.isOn = false;
    for (const [key, run] of this.running) if (run.left !== Infinity) this.running.delete(key);
  }

  /** Hit answers and all answers. */
  counted(): { hit: number; all: number } {
    const logs = UPSTREAMS.map((name) => this.upstreams[name].log);
    const sum = (count: (log: (typeof logs)[number]) => number): number =>
      logs.reduce((total, log) => total + count(log), 0);
    return { hit: sum((log) => log.filter(({ faulty }) => faulty).length), all: sum((log) => log.length) };
  }

  private take(upstream: UpstreamName, subject: FaultSubject): Fault | null {
    const thing = upstream === 'commons' ? wikiThing(subject) : (/\d{10,}/.exec(subject.path)?.[0] ?? '');
    const key = [upstream, subject.action, subject.step, thing].join('\n');
    const kind = this.goOn(key) ?? this.choose(upstream, subject, { key, thing });
    if (kind === null) return null;
    this.hits.set(kind.name, (this.hits.get(kind.name) ?? 0) + 1);
    return kind.fault;
  }

  private goOn(key: string): FaultKind | null {
    const run = this.running.get(key);
    if (run === undefined) return null;
    run.left -= 1;
    if (run.left <= 0) this.running.delete(key);
    return run.kind;
  }

  private choose(
    upstream: UpstreamName,
    subject: FaultSubject,
    { key, thing }: { key: string; thing: string },
  ): FaultKind | null {
    if (!this.isOn) return null;
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    const random = Random.of(this.seed, 'fault', key, count);
    if (!random.chance(this.share)) return null;
    const fitting = KINDS.filter(
      (kind) => kind.upstream === upstream && kind.fits(subject) && (kind.firstOnly !== true || count === 1),
    );
    if (fitting.length === 0) return null;
    const kind = random.weighted(fitting);
    if (kind.group !== undefined) this.spent.add(`${thing}\n${kind.group}`);
    if (kind.ends !== undefined) {
      this.hopeless.set(thing, [...(this.hopeless.get(thing) ?? []), kind.ends]);
      this.running.set(key, { kind, left: Infinity });
    } else if (kind.burst !== undefined) this.running.set(key, { kind, left: kind.burst - 1 });
    return kind;
  }
}
