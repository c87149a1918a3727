import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/**
 * Tells what runs that this process is to stop, and names the owners of its leases. First nothing new is begun; what cannot be
 * finished within the grace is then given to other processes.
 */
@Injectable()
export class Shutdown implements OnModuleDestroy {
  /** Names this process; no other has had it. */
  readonly processName = `${hostname().slice(0, 40)}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private claims = 0;
  private readonly stop = new AbortController();
  private readonly end = new AbortController();
  /** Aborted when nothing new may be begun. */
  readonly signal = this.stop.signal;
  /** Aborted when what still runs is to be given back at once. */
  readonly handOverSignal = this.end.signal;

  /** A name that no other claim has. */
  nextOwner(): string {
    this.claims += 1;
    return `${this.processName}:${this.claims}`;
  }

  onModuleDestroy(): void {
    this.stop.abort();
  }

  /** The grace is over. */
  handOver(): void {
    this.stop.abort();
    this.end.abort();
  }
}
