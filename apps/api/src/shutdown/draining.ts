import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { ApiConfig } from '../api.config.js';

/** Connections become idle one by one while the server closes. */
const LOOK_FOR_IDLE_MS = 50;

/**
 * Ends the process's service without refusing anybody. While load balancers find out by /health/ready, requests are taken as
 * ever, and each answer ends its connection; then nothing new is accepted, and what is under way has the grace to end. It comes
 * before every other step of the shutdown: all that requests need is still open.
 */
@Injectable()
export class Draining implements OnModuleDestroy {
  private readonly logger = new Logger(Draining.name);
  private readonly finishers: (() => Promise<void>)[] = [];
  private hasBegun = false;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly config: ApiConfig,
  ) {}

  /** The process is about to end: whoever balances load should send nothing more. */
  get isUnderWay(): boolean {
    return this.hasBegun;
  }

  /** @param finish called once nothing new comes; resolves when what it looks after is finished */
  onceClosed(finish: () => Promise<void>): void {
    this.finishers.push(finish);
  }

  /** Middleware: a client that keeps its connection would send its next request to a process that is gone. */
  readonly endConnections = (_request: Request, response: Response, next: NextFunction): void => {
    if (this.hasBegun) response.set('Connection', 'close');
    next();
  };

  async onModuleDestroy(): Promise<void> {
    const server = this.adapterHost.httpAdapter.getHttpServer() as Server;
    this.hasBegun = true;
    if (!server.listening) return;
    await delay(this.config.shutdownDrainSeconds * 1_000);
    const closed = new Promise<boolean>((resolve) => server.close(() => resolve(true)));
    const closing = setInterval(() => server.closeIdleConnections(), LOOK_FOR_IDLE_MS);
    const finished = Promise.all([closed, ...this.finishers.map((finish) => finish())]).then(() => true);
    const grace = new AbortController();
    const late = delay(this.config.shutdownGraceSeconds * 1_000, false, { signal: grace.signal });
    late.catch(() => undefined);
    if (!(await Promise.race([finished, late])))
      this.logger.warn('The grace is over: requests that are still under way are cut off');
    grace.abort();
    clearInterval(closing);
  }
}
