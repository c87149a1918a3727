import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../support/wait-until.js';
import { createEmptyBatch, fillBatch, forEachPerson, type SignedInPerson } from './people.js';
import type { World } from './world.js';

/** Something that happens to clients while batches run. */
export interface RoundEvent {
  /** At which part of the round, 0 to 1. */
  readonly at: number;
  happen(world: World): Promise<void>;
}

export interface RoundPlan {
  readonly name: string;
  /** Whether each person has a batch; otherwise the first one has, and everybody watches that. */
  readonly everybody: boolean;
  readonly uploadsEach: number;
  /** In which the batches are filled, one person after the other, and the events come. */
  readonly seconds: number;
  readonly events: readonly RoundEvent[];
}

export interface RoundResult {
  readonly statuses: Readonly<Record<string, number>>;
  /** Clients that never learned how something ended. */
  readonly lost: number;
}

/** Batches are filled until this part of the round, so that the last ones end within it. */
const FILLED_AT = 0.8;
const END_MS = 300_000;
const ARRIVE_MS = 30_000;
const LOOK_MS = 250;
const SHOWN = 5;

/** New batches, watched by all clients from before their first upload to their end; then everybody is asked what they know. */
export async function runRound(world: World, plan: RoundPlan): Promise<RoundResult> {
  const { hosts, people, truth } = world;
  const owners = plan.everybody ? people : people.slice(0, 1);
  const batchids = await forEachPerson(owners, (person) => createEmptyBatch(world.api.url, person));
  const targets = people.map((_, index) => batchids[plan.everybody ? index : 0] ?? 0);
  await hosts.all('watch', Object.fromEntries(targets.entries()));
  await world.settled(`at the beginning of ${plan.name}`);
  await hosts.all('readSlowly', true);

  const started = performance.now();
  const until = (part: number): Promise<unknown> =>
    delay(Math.max(0, started + part * plan.seconds * 1000 - performance.now()));
  const fill = async (person: SignedInPerson, index: number): Promise<void> => {
    await until((FILLED_AT * index) / owners.length);
    await fillBatch(world.api.url, person, batchids[index] ?? 0, world.items.take(plan.uploadsEach));
  };
  const happen = async (): Promise<void> => {
    for (const event of plan.events) {
      await until(event.at);
      await event.happen(world);
      await hosts.all('readSlowly', true);
    }
  };
  await Promise.all([forEachPerson(owners, fill), happen()]);

  const uploads = plan.uploadsEach * owners.length;
  await waitUntil(`all uploads of ${plan.name} to end`, () => ended(world, batchids, uploads), END_MS);
  await hosts.all('readSlowly', false);
  const statuses = await truth.countStatuses(batchids);
  const lost = await countLost(world, batchids);
  const ends = Object.entries(statuses).map(([status, count]) => `${count} ${status}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  world.tell(`${plan.name}: ${ends.join(', ')} after ${seconds} s; ${lost} final states lost`);
  return { statuses, lost };
}

async function ended({ truth }: World, batchids: readonly number[], uploads: number): Promise<boolean> {
  if (await truth.haveEnded(batchids, uploads)) return true;
  await delay(LOOK_MS);
  return false;
}

/** Gives what is on its way half a minute, then counts how much clients know wrong. */
async function countLost({ hosts, truth, problems }: World, batchids: readonly number[]): Promise<number> {
  const expected = await truth.expected(batchids);
  const deadline = performance.now() + ARRIVE_MS;
  for (;;) {
    const differences = (await hosts.all('compare', expected)).flat();
    if (differences.length === 0 || performance.now() > deadline) {
      for (const { client, role, text } of differences.slice(0, SHOWN))
        problems.push(`Client ${client} (${role}) ${text}`);
      return differences.length;
    }
    await delay(LOOK_MS);
  }
}
