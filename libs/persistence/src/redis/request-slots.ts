import { TemporaryError, type SharedLimiter } from '#app/protocol';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LuaScript } from './lua-script.js';
import type { RedisClient } from './redis-connections.js';

/** A waiting process that has not asked for this long has died or given up. */
const STALE_MS = 1_000;
const POLL_MS = 20;
const LEASE_MS = 10_000;

/**
 * KEYS: holders (by end of lease), waiting processes (by arrival), the same (by their last question).
 * ARGV: holder, process, limit, lease ms, stale ms. Gives a free place to whoever has waited longest; each process queues
 * as one and goes to the end with each place it gets, so that none of them keeps the others out.
 */
const ENTER = new LuaScript(`
  local clock = redis.call('TIME')
  local micros = clock[1] * 1000000 + clock[2]
  local now = math.floor(micros / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[5])) do
    redis.call('ZREM', KEYS[2], gone)
    redis.call('ZREM', KEYS[3], gone)
  end
  local place = redis.call('ZRANK', KEYS[2], ARGV[2]) or redis.call('ZCARD', KEYS[2])
  if place < ARGV[3] - redis.call('ZCARD', KEYS[1]) then
    redis.call('ZADD', KEYS[1], now + ARGV[4], ARGV[1])
    redis.call('PEXPIRE', KEYS[1], ARGV[4] * 2)
    redis.call('ZREM', KEYS[2], ARGV[2])
    redis.call('ZREM', KEYS[3], ARGV[2])
    return 1
  end
  redis.call('ZADD', KEYS[2], 'NX', micros, ARGV[2])
  redis.call('ZADD', KEYS[3], now, ARGV[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
  redis.call('PEXPIRE', KEYS[3], ARGV[4])
  return 0`);

const RENEW = new LuaScript(`
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', now + ARGV[1], ARGV[i]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
  return 1`);

interface Waiter {
  admit(holder: string): void;
  refuse(error: Error): void;
}

/** Those of one key in this process. */
interface Gate {
  readonly waiters: Waiter[];
  readonly holders: Set<string>;
  isAsking: boolean;
  /** A place came free since the last question. */
  isWoken: boolean;
  /** Ends the pause before the next question. */
  wake: AbortController;
}

const keysOf = (key: string): [string, string, string] => [
  `curator:slots:{${key}}:held`,
  `curator:slots:{${key}}:waiting`,
  `curator:slots:{${key}}:asked`,
];

/**
 * At most `limit` holders of a key at once over all processes. Places are leased: those of a process that died come free.
 * Within a process first come, first served; between processes in turn.
 */
export class RequestSlots implements SharedLimiter {
  private readonly logger = new Logger(RequestSlots.name);
  private readonly process = randomUUID();
  private readonly gates = new Map<string, Gate>();
  private readonly leaseMs: number;
  private readonly renewal: NodeJS.Timeout;

  constructor(
    private readonly redis: RedisClient,
    private readonly limit: number,
    { leaseMs = LEASE_MS }: { leaseMs?: number } = {},
  ) {
    this.leaseMs = leaseMs;
    this.renewal = setInterval(() => void this.renew(), leaseMs / 3);
    this.renewal.unref();
  }

  /** @throws TemporaryError `redis` when Redis cannot be asked; the signal's reason when aborted while waiting */
  async run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const holder = await this.enter(key, signal);
    try {
      return await work();
    } finally {
      await this.leave(key, holder);
    }
  }

  /** Stops renewing; places still held run out. */
  close(): void {
    clearInterval(this.renewal);
  }

  private enter(key: string, signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const gate = this.gateOf(key);
      const giveUp = (): void => {
        const index = gate.waiters.indexOf(waiter);
        if (index >= 0) gate.waiters.splice(index, 1);
        gate.isWoken = true;
        gate.wake.abort();
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        admit: (holder) => {
          signal?.removeEventListener('abort', giveUp);
          resolve(holder);
        },
        refuse: (error) => {
          signal?.removeEventListener('abort', giveUp);
          reject(error);
        },
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      gate.waiters.push(waiter);
      if (!gate.isAsking) void this.askWhileWaited(key, gate);
    });
  }

  /** Asks for the first in line until nobody waits in this process any more. */
  private async askWhileWaited(key: string, gate: Gate): Promise<void> {
    gate.isAsking = true;
    let isQueued = false;
    try {
      while (gate.waiters.length > 0 || isQueued) {
        if (gate.waiters.length === 0) {
          await this.withdraw(key);
          isQueued = false;
          continue;
        }
        gate.isWoken = false;
        const holder = randomUUID();
        const question = [holder, this.process, this.limit, this.leaseMs, STALE_MS];
        isQueued = (await ENTER.run(this.redis, keysOf(key), question)) !== 1;
        if (isQueued) await this.pause(gate);
        else await this.admitFirst(key, gate, holder);
      }
    } catch (cause) {
      const error = new TemporaryError('redis', 'No place to wait in: Redis does not answer', { cause });
      for (const waiter of gate.waiters.splice(0)) waiter.refuse(error);
    } finally {
      gate.isAsking = false;
      this.forget(key, gate);
    }
  }

  private async admitFirst(key: string, gate: Gate, holder: string): Promise<void> {
    gate.holders.add(holder);
    const first = gate.waiters.shift();
    if (first) first.admit(holder);
    else await this.leave(key, holder);
  }

  private async pause(gate: Gate): Promise<void> {
    if (gate.isWoken) return;
    gate.wake = new AbortController();
    const { signal } = gate.wake;
    await sleep(POLL_MS * (0.75 + Math.random() / 2), undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  private async withdraw(key: string): Promise<void> {
    const [, waiting, asked] = keysOf(key);
    await this.redis.zrem(waiting, this.process);
    await this.redis.zrem(asked, this.process);
  }

  /** The work is done whether or not this succeeds: a place that could not be given back runs out. */
  private async leave(key: string, holder: string): Promise<void> {
    const gate = this.gateOf(key);
    gate.holders.delete(holder);
    try {
      await this.redis.zrem(keysOf(key)[0], holder);
    } catch (error) {
      this.logger.warn(`A place could not be given back and has to run out: ${String(error)}`);
    }
    gate.isWoken = true;
    gate.wake.abort();
    this.forget(key, gate);
  }

  private gateOf(key: string): Gate {
    const known = this.gates.get(key);
    if (known) return known;
    const gate: Gate = {
      waiters: [],
      holders: new Set(),
      isAsking: false,
      isWoken: false,
      wake: new AbortController(),
    };
    this.gates.set(key, gate);
    return gate;
  }

  private forget(key: string, gate: Gate): void {
    if (gate.waiters.length === 0 && gate.holders.size === 0 && !gate.isAsking) this.gates.delete(key);
  }

  private async renew(): Promise<void> {
    for (const [key, { holders }] of this.gates) {
      if (holders.size === 0) continue;
      try {
        await RENEW.run(this.redis, [keysOf(key)[0]], [this.leaseMs, ...holders]);
      } catch (error) {
        this.logger.warn(`Places could not be renewed: ${String(error)}`);
      }
    }
  }
}
