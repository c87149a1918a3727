import { Injectable, Optional } from '@nestjs/common';
import { Metrics } from '#app/observability';
import type { JobKind, JobStatus } from '#app/protocol';

/** What this process takes work from. */
export const LOOPS = ['uploads', 'jobs'] as const;
export type Loop = (typeof LOOPS)[number];

/** Since when work has been due that nobody has taken, in milliseconds since the epoch; null when none is, or nobody knows. */
export type DueWork = Readonly<Record<Loop, number | null>>;

interface LoopState {
  /** When the looks for work began that have not ended. */
  readonly looks: Set<{ readonly since: number }>;
  lastLookAt: number;
  running: number;
  hasEnded: boolean;
}

export interface LoopLimits {
  now: number;
  /** Milliseconds without a look, or for one, after which something must be wrong. */
  stallMs: number;
  places: Readonly<Record<Loop, number>>;
}

/** Watches whether this process takes work, and what it runs. */
@Injectable()
export class WorkWatch {
  private readonly loops: Readonly<Record<Loop, LoopState>>;

  constructor(@Optional() private readonly metrics?: Metrics) {
    const now = Date.now();
    const begin = (): LoopState => ({ looks: new Set(), lastLookAt: now, running: 0, hasEnded: false });
    this.loops = { uploads: begin(), jobs: begin() };
  }

  /** Looks for work. */
  async look<T>(loop: Loop, work: () => Promise<T>): Promise<T> {
    const state = this.loops[loop];
    const look = { since: Date.now() };
    state.looks.add(look);
    try {
      return await work();
    } finally {
      state.looks.delete(look);
      state.lastLookAt = Date.now();
    }
  }

  /** Does work that was taken. */
  async run<T>(loop: Loop, work: () => Promise<T>): Promise<T> {
    const state = this.loops[loop];
    state.running += 1;
    try {
      return await work();
    } finally {
      state.running -= 1;
      state.lastLookAt = Date.now();
    }
  }

  /** Nothing is to be looked for: the time does not count. */
  rest(loop: Loop): void {
    this.loops[loop].lastLookAt = Date.now();
  }

  running(loop: Loop): number {
    return this.loops[loop].running;
  }

  /** @param turns ends, in whatever way, when nothing is taken any more: only when the process ends, that is */
  async follow(loop: Loop, turns: Promise<unknown>): Promise<void> {
    await Promise.allSettled([turns]);
    this.loops[loop].hasEnded = true;
  }

  noteJobEnd(kind: JobKind, status: JobStatus): void {
    this.metrics?.count('curator_jobs_ended_total', { kind, status });
  }

  /** Why this process does not take work as it should; null while it does. */
  findStall(due: DueWork, limits: LoopLimits): string | null {
    for (const loop of LOOPS) {
      const reason = this.findStallOf(loop, due[loop], limits);
      if (reason !== null) return `${loop}: ${reason}`;
    }
    return null;
  }

  private findStallOf(
    loop: Loop,
    dueSince: number | null,
    { now, stallMs, places }: LoopLimits,
  ): string | null {
    const { looks, lastLookAt, running, hasEnded } = this.loops[loop];
    if (hasEnded) return 'nothing is taken from the queue any more';
    const oldest = Math.min(...[...looks].map(({ since }) => since));
    if (now - oldest > stallMs) return `a look for work has not ended for ${seconds(now - oldest)} s`;
    if (running >= places[loop] || dueSince === null || now - dueSince <= stallMs) return null;
    if (now - lastLookAt <= stallMs) return null;
    return `work is due, and nobody has looked for it for ${seconds(now - lastLookAt)} s`;
  }
}

const seconds = (ms: number): number => Math.round(ms / 1_000);
