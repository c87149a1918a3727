import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  METRICS,
  MOST_CODED,
  OTHER,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricDefinition,
  type MetricName,
  type ProcessName,
} from './metric-table.js';

const COLLECT_WITHIN_MS = 1_500;

type Labels = Readonly<Record<string, string>>;

interface Figures {
  /** Names what is collected, in the label of `curator_scrape_problems_total`. */
  readonly group: string;
  /** Emptied when they cannot be told, so that nobody takes old figures for new ones. */
  readonly gauges: readonly GaugeName[];
  readonly collect: () => Promise<void> | void;
}

/**
 * The figures of one process, in the format of Prometheus. A label says nothing but what its row in {@link METRICS} allows:
 * any other value is told as `other`, so that neither people nor upstreams can make series.
 * @see https://prometheus.io/docs/practices/naming/
 */
export class Metrics {
  readonly contentType: string;
  private readonly registry = new Registry();
  private readonly counters = new Map<MetricName, Counter>();
  private readonly gauges = new Map<MetricName, Gauge>();
  private readonly histograms = new Map<MetricName, Histogram>();
  private readonly coded = new Map<string, Set<string>>();
  private readonly groups: Figures[] = [];

  constructor(readonly process: ProcessName) {
    this.contentType = this.registry.contentType;
    collectDefaultMetrics({ register: this.registry });
    for (const [name, definition] of Object.entries<MetricDefinition>(METRICS)) {
      if (definition.on.includes(process)) this.register(name as MetricName, definition);
    }
  }

  /** @param by not below 0 */
  count<N extends CounterName>(name: N, labels: LabelsOf<N>, by = 1): void {
    this.counters.get(name)?.inc(this.bounded(name, labels), by);
  }

  set<N extends GaugeName>(name: N, labels: LabelsOf<N>, value: number): void {
    this.gauges.get(name)?.set(this.bounded(name, labels), value);
  }

  observe<N extends HistogramName>(name: N, labels: LabelsOf<N>, seconds: number): void {
    this.histograms.get(name)?.observe(this.bounded(name, labels), seconds);
  }

  /** Has gauges set at each scrape; one that fails or takes too long costs a scrape these gauges and nothing else. */
  beforeScrape(figures: Figures): void {
    this.groups.push(figures);
  }

  /** Everything in the text format of Prometheus. */
  async render(): Promise<string> {
    await Promise.all(this.groups.map((group) => this.collect(group)));
    return this.registry.metrics();
  }

  private register(name: MetricName, definition: MetricDefinition): void {
    const options = {
      name,
      help: definition.help,
      labelNames: Object.keys(definition.labels),
      registers: [this.registry],
    };
    if (definition.kind === 'counter') this.counters.set(name, new Counter(options));
    else if (definition.kind === 'gauge') this.gauges.set(name, new Gauge(options));
    else {
      const buckets = [...(definition.buckets ?? [])];
      this.histograms.set(name, new Histogram({ ...options, buckets }));
    }
  }

  private async collect({ group, gauges, collect }: Figures): Promise<void> {
    try {
      await within(COLLECT_WITHIN_MS, Promise.resolve(collect()));
    } catch {
      for (const name of gauges) this.gauges.get(name)?.reset();
      this.count('curator_scrape_problems_total', { group });
    }
  }

  private bounded(name: MetricName, labels: Labels): Record<string, string> {
    const allowed: MetricDefinition['labels'] = METRICS[name].labels;
    return Object.fromEntries(
      Object.entries(allowed).map(([label, values]) => {
        const value = labels[label] ?? OTHER;
        const isAllowed =
          values === 'coded' ? this.hasRoom(`${name} ${label}`, value) : values.includes(value);
        return [label, isAllowed ? value : OTHER];
      }),
    );
  }

  private hasRoom(label: string, value: string): boolean {
    const known = this.coded.get(label) ?? new Set();
    this.coded.set(label, known);
    if (known.size < MOST_CODED) known.add(value);
    return known.has(value);
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not there within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
