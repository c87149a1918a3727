import type { DocumentedApi } from '../documented-api.js';
import { fuzzAuth, fuzzForms } from './fuzz-doors.js';
import { ClientMessages, fuzzMessages } from './fuzz-messages.js';
import { findTargets, fuzzRoutes } from './fuzz-routes.js';
import { Watch } from './watch.js';

interface Fuzzing {
  readonly seed: number;
  /** About: one in twenty forms, one in twenty about sign-in, the rest frames of two people and requests of two lanes. */
  readonly cases: number;
  /** Told now and then how far it is. */
  readonly tell?: (line: string) => void;
}

const TELL_EVERY_MS = 10_000;

/**
 * Sends what nobody should: generated from both documents and from the seed alone. Every answer has to be a documented one.
 * @returns what went wrong, empty when nothing did
 */
export async function runFuzz(
  api: DocumentedApi,
  { seed, cases, tell = () => undefined }: Fuzzing,
): Promise<Watch> {
  const watch = new Watch(api.secrets);
  const messages = await ClientMessages.of(api);
  const targets = await findTargets(api);
  const few = Math.ceil(cases / 20);
  const each = Math.ceil((cases - 2 * few) / 4);
  const ticking = setInterval(() => {
    const megabytes = Math.round(process.memoryUsage().rss / 1024 / 1024);
    tell(`${watch.cases} cases, ${watch.problems.length} problems, ${megabytes} MB`);
  }, TELL_EVERY_MS);
  try {
    const ended = await Promise.allSettled([
      fuzzMessages(api, messages, { person: api.person, seed, cases: each, watch }),
      fuzzMessages(api, messages, { person: api.admin, seed, cases: each, watch }),
      fuzzRoutes(api, targets, { lane: 'one', seed, cases: each, watch }),
      fuzzRoutes(api, targets, { lane: 'two', seed, cases: each, watch }),
      fuzzForms(api, { seed, cases: few, watch }),
      fuzzAuth(api, { seed, cases: few, watch }),
    ]);
    for (const lane of ended) if (lane.status === 'rejected') watch.note('a lane', '', lane.reason);
  } finally {
    clearInterval(ticking);
  }
  const ready = await fetch(`${api.origin}/health/ready`);
  if (ready.status !== 200) watch.note('afterwards', 'GET /health/ready', `HTTP ${ready.status}`);
  return watch;
}
