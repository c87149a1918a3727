import { setTimeout as delay } from 'node:timers/promises';
import type { AppName, AppProcess } from '../support/app-process.js';
import type { Stack } from '../support/stack.js';
import type { Balancer } from './balancer.js';

const LOOK_MS = 50;
const SLOW_MS = 2_000;

export interface Replacement {
  readonly name: AppName;
  /** Between SIGTERM and the end of the process. */
  readonly milliseconds: number;
  readonly exitCode: number | null;
  /** Uploads that were published when it was told to end. */
  readonly publishedBefore: number;
}

export interface RollOptions {
  readonly stack: Stack;
  readonly balancer: Balancer;
  /** How many of these uploads there are. */
  readonly uploads: number;
  readonly isOver: () => boolean;
  /** Whether the wiki takes its time while a process starts, lest a short batch ends meanwhile. */
  readonly isPatient: boolean;
  readonly tell: (line: string) => void;
}

/**
 * Replaces every process while the uploads go on, spread over them: a new one is started and in service before the old one
 * gets SIGTERM. @returns one entry for each
 */
export async function roll({
  stack,
  balancer,
  uploads,
  isOver,
  isPatient,
  tell,
}: RollOptions): Promise<Replacement[]> {
  const order = inTurn([...stack.apis], [...stack.workers]);
  const done: Replacement[] = [];
  const { commons } = stack.upstreams;
  const usualMs = commons.latencyMs;
  for (const [index, old] of order.entries()) {
    const due = (uploads * (index + 1)) / (order.length + 2);
    while (!isOver() && commons.uploads.length < due) await delay(LOOK_MS);
    if (isOver()) return done;
    if (isPatient) commons.latencyMs = SLOW_MS;
    const fresh = old.name === 'api' ? await stack.startApi() : await stack.startWorker();
    commons.latencyMs = usualMs;
    if (fresh.name === 'api') balancer.add(fresh);
    const publishedBefore = commons.uploads.length;
    const milliseconds = await end(old);
    forget(stack, old);
    done.push({ name: old.name, milliseconds, exitCode: old.exitCode, publishedBefore });
    tell(`${publishedBefore} published: ${old.name} ${old.pid} replaced, its end took ${milliseconds} ms`);
  }
  return done;
}

async function end(app: AppProcess): Promise<number> {
  const started = Date.now();
  await app.stop();
  return Date.now() - started;
}

function forget(stack: Stack, app: AppProcess): void {
  const list = app.name === 'api' ? stack.apis : stack.workers;
  list.splice(list.indexOf(app), 1);
}

function inTurn<T>(some: readonly T[], others: readonly T[]): T[] {
  const length = Math.max(some.length, others.length);
  return Array.from({ length }, (_, index) => [
    some.slice(index, index + 1),
    others.slice(index, index + 1),
  ]).flat(2);
}
