import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { METRICS, type MetricDefinition } from './metric-table.js';

const PAGE = readFileSync('docs/operations/monitoring.md', 'utf8');
const ALERTS = readFileSync('ops/prometheus/alerts.yaml', 'utf8');
const ALERT_TESTS = readFileSync('ops/prometheus/alerts.test.yaml', 'utf8');

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

const DASHBOARD = JSON.parse(readFileSync('ops/grafana/curator.json', 'utf8')) as { panels: Panel[] };
const QUERIES = DASHBOARD.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [`dashboard: ${title}`, expr] as const),
);

/** Each alert with its expression, which is one line or a block. */
const RULES = ALERTS.split('- alert: ')
  .slice(1)
  .map((text) => {
    const name = /^\w+/.exec(text)?.[0] ?? '';
    const expr = /expr: (?:\|\n)?([\s\S]*?)\n {8}(?:for|labels):/.exec(text)?.[1] ?? '';
    return { name, expr, text };
  });

/** What the number of workers follows. */
const SCALING = [
  ...readFileSync('ops/kubernetes/autoscaling.yaml', 'utf8').matchAll(/^ *query: (.*)$/gm),
].map(([, query = '']) => ['autoscaling', query] as const);

/** What a scrape adds by itself. */
const OF_THE_SCRAPE = new Set(['job', 'instance', 'le', 'namespace']);

const nodeMetrics = new Registry();
collectDefaultMetrics({ register: nodeMetrics });
const NODE_METRICS = nodeMetrics.getMetricsAsArray().map(({ name }) => name);

const definitionOf = (name: string): MetricDefinition | undefined =>
  Object.entries<MetricDefinition>(METRICS).find(([known]) => known === name)?.[1];

/** Names of metrics, with the labels that stand behind them in braces. */
const metricsIn = (query: string): { name: string; selectors: string }[] =>
  [...query.matchAll(/\b((?:curator|nodejs|process)_\w+)(\{[^}]*\})?/g)].map(
    ([, name = '', selectors = '']) => ({
      name: definitionOf(name) ? name : name.replace(/_(bucket|count|sum)$/, ''),
      selectors,
    }),
  );

const matchersIn = (selectors: string): { label: string; values: string[]; isPattern: boolean }[] =>
  [...selectors.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)].map(([, label = '', operator, value = '']) => ({
    label,
    values: value.split('|'),
    isPattern: operator === '=~' && /[.*+]/.test(value),
  }));

const groupedBy = (query: string): string[] =>
  [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) =>
    labels.split(',').map((label) => label.trim()),
  );

describe('queries of dashboard, alerts and autoscaling', () => {
  const alerts = RULES.map(({ name, expr }) => [`alert: ${name}`, expr] as const);
  const all = [...QUERIES, ...alerts, ...SCALING];

  it('are there', () => {
    expect(QUERIES.length).toBeGreaterThan(40);
    expect(RULES.length).toBeGreaterThan(15);
    expect(SCALING.length).toBeGreaterThan(0);
  });

  it.each(all)('%s asks for what processes export, by labels that it has', (_what, query) => {
    const metrics = metricsIn(query);
    if (!/^up\b/.test(query)) expect(metrics).not.toEqual([]);
    const labels = new Set<string>(OF_THE_SCRAPE);
    for (const { name, selectors } of metrics) {
      const definition = definitionOf(name);
      if (definition === undefined) expect(NODE_METRICS).toContain(name);
      const own = definition?.labels ?? {};
      for (const label of Object.keys(own)) labels.add(label);
      for (const { label, values, isPattern } of matchersIn(selectors)) {
        if (OF_THE_SCRAPE.has(label)) continue;
        const allowed = own[label];
        expect([name, label, allowed !== undefined]).toEqual([name, label, true]);
        if (Array.isArray(allowed) && !isPattern) expect(allowed).toEqual(expect.arrayContaining(values));
      }
    }
    for (const label of groupedBy(query)) expect([...labels]).toContain(label);
  });
});

describe('the page about monitoring', () => {
  const rows = new Set(PAGE.split('\n'));

  it.each(Object.entries<MetricDefinition>(METRICS))(
    'documents %s as it is',
    (name, { kind, help, labels, on }) => {
      const names = Object.keys(labels).map((label) => `\`${label}\``);
      expect(rows).toContain(`| \`${name}\` | ${kind} | ${names.join(', ')} | ${on.join(', ')} | ${help} |`);
    },
  );

  it("names Node's own metrics", () => {
    for (const name of NODE_METRICS) expect(PAGE).toContain(`\`${name}\``);
  });

  it('names no metric that is not there', () => {
    for (const [, name = ''] of PAGE.matchAll(/`(curator_\w+)/g))
      expect([name, definitionOf(name) !== undefined]).toEqual([name, true]);
  });

  it.each(RULES)('says what to do about $name, where its runbook leads', ({ name, text }) => {
    expect(text).toContain(`runbook_url: docs/operations/monitoring.md#${name.toLowerCase()}\n`);
    expect(rows).toContain(`### ${name}`);
    expect(text).toMatch(/severity: (warning|critical)/);
    for (const what of ['fires', 'keeps quiet']) expect(ALERT_TESTS).toContain(`- name: ${name} ${what}\n`);
  });
});
