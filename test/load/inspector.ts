import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { waitUntil } from '../support/wait-until.js';

/** Makes a process listen for an inspector on a free port of loopback, and tell which. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

const LISTENING = /Debugger listening on (ws:\/\/\S+)/;
const COLLECTIONS = 3;
const BETWEEN_COLLECTIONS_MS = 300;
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 150;

export interface Memory {
  /** Bytes of the JavaScript heap that are in use. */
  readonly heap: number;
  /** Bytes that V8 holds for it. */
  readonly heapTotal: number;
  /** Bytes outside of it that belong to its objects: buffers. */
  readonly external: number;
  /** Bytes of memory that the process holds. */
  readonly rss: number;
}

/** What lives in a process. */
export interface Census {
  /** How many objects that emit events there are, by the names of their classes. */
  readonly emitters: Readonly<Record<string, number>>;
  /** How many listeners all of them have, by class and event. */
  readonly listeners: Readonly<Record<string, number>>;
  readonly abortSignals: number;
  /** What keeps the event loop alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

interface Answer {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
}

const COUNT_EMITTERS = `function () {
  const emitters = {};
  const listeners = {};
  for (const one of this) {
    let events;
    try { events = one._events; } catch { continue; }
    if (events === undefined || events === null || Object.hasOwn(one, 'constructor')) continue;
    const name = one.constructor?.name || '?';
    emitters[name] = (emitters[name] ?? 0) + 1;
    for (const event of Reflect.ownKeys(events)) {
      const own = events[event];
      const count = Array.isArray(own) ? own.length : own === undefined ? 0 : 1;
      const kind = name + ' ' + String(event);
      if (count > 0) listeners[kind] = (listeners[kind] ?? 0) + count;
    }
  }
  return { emitters, listeners };
}`;
const COUNT = 'function () { return this.length; }';
const RESOURCES = `process.getActiveResourcesInfo().reduce((all, kind) => {
  all[kind] = (all[kind] ?? 0) + 1; return all; }, {})`;

/** Looks into a process that was started with INSPECTED. See https://chromedevtools.github.io/devtools-protocol/v8/ */
export class Inspector {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private lastId = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      this.waiting.get(answer.id ?? 0)?.(answer);
      this.waiting.delete(answer.id ?? 0);
    });
    socket.on('close', () => {
      for (const settle of this.waiting.values()) settle({ error: { message: 'The inspector is gone' } });
    });
  }

  /** @param logs what the process has written */
  static async open({ logs }: { readonly logs: readonly string[] }): Promise<Inspector> {
    const url = await waitUntil('the inspector to listen', () =>
      logs.map((line) => LISTENING.exec(line)?.[1]).find(Boolean),
    );
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 512 * 1024 * 1024 });
    await once(socket, 'open');
    return new Inspector(socket);
  }

  /** After it was made to give back what it can, several times: what finalizers free goes with the next one. */
  async collectedMemory(): Promise<Memory> {
    for (let round = 0; round < COLLECTIONS; round += 1) {
      await this.ask('HeapProfiler.collectGarbage');
      await delay(BETWEEN_COLLECTIONS_MS);
    }
    return this.memory();
  }

  async memory(): Promise<Memory> {
    const usage = (await this.evaluate('process.memoryUsage()')) as NodeJS.MemoryUsage;
    const { heapUsed, heapTotal, external, rss } = usage;
    return { heap: heapUsed, heapTotal, external, rss };
  }

  async census(): Promise<Census> {
    const emitters = 'Object.getPrototypeOf(Object.getPrototypeOf(process))';
    const counted = (await this.ofInstances(emitters, COUNT_EMITTERS)) as Pick<
      Census,
      'emitters' | 'listeners'
    >;
    return {
      ...counted,
      abortSignals: (await this.ofInstances('AbortSignal.prototype', COUNT)) as number,
      resources: await this.lastingResources(),
    };
  }

  /** Of each kind the fewest that were seen: a timer may just have been set. */
  private async lastingResources(): Promise<Record<string, number>> {
    const looks: Record<string, number>[] = [];
    for (let look = 0; look < LOOKS; look += 1) {
      looks.push((await this.evaluate(RESOURCES)) as Record<string, number>);
      await delay(BETWEEN_LOOKS_MS);
    }
    const kinds = new Set(looks.flatMap((one) => Object.keys(one)));
    return Object.fromEntries(
      [...kinds].map((kind) => [kind, Math.min(...looks.map((one) => one[kind] ?? 0))]),
    );
  }

  async startProfile(): Promise<void> {
    await this.ask('Profiler.enable');
    await this.ask('Profiler.start');
  }

  /** @returns the text of a .cpuprofile */
  async takeProfile(): Promise<string> {
    const { profile } = await this.ask('Profiler.stop');
    await this.ask('Profiler.disable');
    return JSON.stringify(profile);
  }

  close(): void {
    this.socket.terminate();
  }

  /** Calls a function with all objects that inherit from a prototype. */
  private async ofInstances(prototype: string, functionDeclaration: string): Promise<unknown> {
    const objectGroup = 'census';
    const { result } = await this.ask('Runtime.evaluate', { expression: prototype, objectGroup });
    const { objectId: prototypeObjectId } = result as { objectId: string };
    const { objects } = await this.ask('Runtime.queryObjects', { prototypeObjectId, objectGroup });
    const { objectId } = objects as { objectId: string };
    const answer = await this.ask('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration,
      returnByValue: true,
    });
    await this.ask('Runtime.releaseObjectGroup', { objectGroup });
    return valueOf(answer);
  }

  private async evaluate(expression: string): Promise<unknown> {
    return valueOf(await this.ask('Runtime.evaluate', { expression, returnByValue: true }));
  }

  private async ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    this.lastId += 1;
    const id = this.lastId;
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }
}

function valueOf(answer: Record<string, unknown>): unknown {
  const { result, exceptionDetails } = answer as { result: { value?: unknown }; exceptionDetails?: unknown };
  if (exceptionDetails !== undefined) throw new Error(`In the process: ${JSON.stringify(exceptionDetails)}`);
  return result.value;
}
