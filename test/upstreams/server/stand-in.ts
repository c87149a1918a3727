import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Bandwidth } from './bandwidth.js';
import { FaultQueue, type Fault } from './faults.js';
import { credentialsOf, echoOf } from './credentials.js';
import { bytesOf, type Reply } from './reply.js';
import { discardFiles, receive, type Incoming } from './receive.js';
import { readSettings, type Settings } from './settings.js';

/** One request as tests see it; secrets are left out of `params`. */
export interface LogEntry {
  time: string;
  method: string;
  path: string;
  action: string;
  step: string;
  params: Record<string, string>;
  user: string | null;
  /** 0 if the connection was closed without an answer. */
  status: number;
  errorCode: string | null;
  bytesIn: number;
  bytesOut: number;
  milliseconds: number;
  /** Requests of the same user in flight when this one arrived, itself included. */
  concurrent: number;
  /** Whether a scripted fault hit this request. */
  faulty: boolean;
  userAgent: string;
}

const SECRET_PARAMS = new Set(['token', 'oauth_signature', 'oauth_token', 'access_token', 'oauth_verifier']);

/** A small HTTP server that plays one upstream: slow, scarce or faulty on request, and with a log of all it was asked. */
export abstract class StandIn {
  readonly faults = new FaultQueue();
  readonly log: LogEntry[] = [];
  /** Everything by which requests have shown who they are: tokens, signatures, cookies, keys. */
  readonly credentials = new Set<string>();
  /** Milliseconds every request waits before it is answered. */
  latencyMs = 0;
  private readonly received = new Bandwidth();
  private readonly sent = new Bandwidth();
  private readonly inFlight = new Map<string, number>();
  private server: Server | null = null;
  private directory = '';

  /** Starts listening on loopback and returns the address, without a slash at the end. */
  async start(port = 0): Promise<string> {
    this.directory = await mkdtemp(path.join(os.tmpdir(), 'curator-upstream-'));
    const server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
        // What was under way when the server stopped has nobody to answer.
        if (this.server !== null)
          console.error(`${this.constructor.name}: ${request.method} ${request.url}`, error);
      });
    });
    server.keepAliveTimeout = 30_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.server = server;
    return this.url;
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (server === null) return;
    this.server = null;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await rm(this.directory, { recursive: true, force: true });
  }

  get url(): string {
    if (this.server === null) throw new Error(`${this.constructor.name} is not started`);
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get host(): string {
    return new URL(this.url).host;
  }

  /** Bytes a second in each direction; null for no limit. */
  set bandwidth(bytesPerSecond: number | null) {
    this.received.bytesPerSecond = bytesPerSecond;
    this.sent.bytesPerSecond = bytesPerSecond;
  }

  /** The most requests of one user (null: anonymous) that were ever in flight together. */
  peakConcurrency(user?: string | null): number {
    const entries = user === undefined ? this.log : this.log.filter((entry) => entry.user === user);
    return Math.max(0, ...entries.map((entry) => entry.concurrent));
  }

  protected abstract handle(incoming: Incoming): Promise<Reply> | Reply;

  /** The upstream's own shape of an error, used for scripted faults. */
  protected abstract errorReply(
    incoming: Incoming,
    error: { code: string; info: string; data?: Record<string, unknown> },
  ): Reply;

  /** Names what is asked for, before faults are matched. */
  protected describe(incoming: Incoming): { action: string; step?: string; user?: string | null } {
    return { action: incoming.path };
  }

  /** Applies the settings of `POST /_control` that only this upstream has and says what came of them. */
  protected control(_settings: Settings): Promise<Record<string, unknown>> | Record<string, unknown> {
    return {};
  }

  protected get maxBodyBytes(): number {
    return 110 * 1024 * 1024;
  }

  /** A directory of this server's own, removed when it stops. */
  protected get temporaryDirectory(): string {
    return this.directory;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = Date.now();
    let incoming: Incoming;
    try {
      incoming = await receive(request, {
        line: this.received,
        directory: this.directory,
        maxBytes: this.maxBodyBytes,
      });
    } catch {
      // The client went away in the middle of its request: there is nobody to answer.
      response.destroy();
      return;
    }
    if (incoming.path.startsWith('/_')) {
      await this.serveControl(incoming, response);
      return;
    }
    const { action, step = '', user = null } = this.describe(incoming);
    const who = user ?? '';
    const concurrent = (this.inFlight.get(who) ?? 0) + 1;
    Object.assign(incoming, { action, step, user, concurrent });
    this.inFlight.set(who, concurrent);
    const entry: LogEntry = {
      time: new Date(started).toISOString(),
      method: incoming.method,
      path: incoming.path,
      action,
      step,
      params: Object.fromEntries(
        Object.entries(incoming.params).filter(([name]) => !SECRET_PARAMS.has(name)),
      ),
      user,
      status: 0,
      errorCode: null,
      bytesIn: incoming.bytes,
      bytesOut: 0,
      milliseconds: 0,
      concurrent,
      faulty: false,
      userAgent: incoming.headers['user-agent'] ?? '',
    };
    this.log.push(entry);
    for (const secret of credentialsOf(incoming)) this.credentials.add(secret);
    try {
      await this.answer(incoming, response, entry);
    } finally {
      entry.milliseconds = Date.now() - started;
      this.inFlight.set(who, (this.inFlight.get(who) ?? 1) - 1);
      await discardFiles(incoming);
    }
  }

  private async answer(incoming: Incoming, response: ServerResponse, entry: LogEntry): Promise<void> {
    const fault = this.faults.take(incoming);
    entry.faulty = fault !== null;
    const wait = this.latencyMs + (fault?.delayMs ?? 0);
    if (wait > 0) await sleep(wait);
    if (fault?.close === 'before') {
      response.destroy();
      return;
    }
    const scripted = fault === null ? null : this.scriptedReply(incoming, fault);
    const proper =
      scripted === null || fault?.applied === true || fault?.close === 'after'
        ? await this.handle(incoming)
        : null;
    entry.user = incoming.user;
    if (fault?.close === 'after') {
      response.destroy();
      return;
    }
    const reply = scripted ?? proper;
    if (reply === null) throw new Error('a request was neither handled nor answered by a fault');
    entry.status = reply.status ?? 200;
    entry.errorCode = reply.errorCode ?? null;
    await this.send(response, reply, entry, fault?.truncateAfter);
  }

  private scriptedReply(incoming: Incoming, fault: Fault): Reply | null {
    const echo = fault.echoes === true ? ` ${echoOf(incoming)}` : '';
    if (fault.error !== undefined) {
      return this.errorReply(incoming, { ...fault.error, info: fault.error.info + echo });
    }
    if (fault.answer !== undefined) {
      const { status = 200, headers = {}, body = '' } = fault.answer;
      return {
        status,
        headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
        body: body + echo,
      };
    }
    return null;
  }

  private async send(
    response: ServerResponse,
    reply: Reply,
    entry: LogEntry,
    truncateAfter?: number,
  ): Promise<void> {
    const body = reply.body ?? '';
    const whole = typeof body === 'string' ? Buffer.from(body) : Buffer.isBuffer(body) ? body : null;
    response.writeHead(reply.status ?? 200, {
      ...(whole === null ? {} : { 'content-length': whole.length }),
      ...reply.headers,
    });
    if (entry.method === 'HEAD') {
      response.end();
      return;
    }
    for await (const piece of this.sent.pace(bytesOf(body), (bytes) => (entry.bytesOut += bytes))) {
      if (response.destroyed) return;
      if (truncateAfter !== undefined && entry.bytesOut >= truncateAfter) {
        const kept = piece.length - (entry.bytesOut - truncateAfter);
        entry.bytesOut = truncateAfter;
        response.write(piece.subarray(0, kept), () => response.destroy());
        return;
      }
      if (!response.write(piece)) {
        await new Promise<void>((resolve) => {
          const goOn = (): void => {
            response.off('drain', goOn).off('close', goOn);
            resolve();
          };
          response.on('drain', goOn).on('close', goOn);
        });
      }
    }
    response.end();
  }

  private async serveControl(incoming: Incoming, response: ServerResponse): Promise<void> {
    const json = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(value));
    };
    if (incoming.path === '/_log') {
      json(this.log);
      return;
    }
    if (incoming.path !== '/_control' || incoming.method !== 'POST') {
      json({ error: 'POST /_control or GET /_log' }, 404);
      return;
    }
    let settings: Settings;
    try {
      settings = readSettings(incoming.text);
    } catch (error) {
      json({ error: error instanceof Error ? error.message : 'unreadable' }, 400);
      return;
    }
    json(await this.applySettings(settings));
  }

  private async applySettings(settings: Settings): Promise<Record<string, unknown>> {
    if (settings['clearFaults'] === true) this.faults.clear();
    if (settings['clearLog'] === true) this.log.length = 0;
    if (typeof settings['latencyMs'] === 'number') this.latencyMs = settings['latencyMs'];
    const bandwidth = settings['bandwidth'];
    if (typeof bandwidth === 'number' || bandwidth === null) this.bandwidth = bandwidth;
    if (Array.isArray(settings['faults'])) this.faults.add(...(settings['faults'] as Fault[]));
    return {
      pendingFaults: this.faults.pending,
      requests: this.log.length,
      ...(await this.control(settings)),
    };
  }
}
