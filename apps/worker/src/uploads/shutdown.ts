import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Tells running uploads that this process is to stop, and names the owners of its leases. */
@Injectable()
export class Shutdown implements OnModuleDestroy {
  private readonly processName = `${hostname().slice(0, 40)}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private claims = 0;
  private readonly controller = new AbortController();
  readonly signal = this.controller.signal;

  /** A name that no other claim has. */
  nextOwner(): string {
    this.claims += 1;
    return `${this.processName}:${this.claims}`;
  }

  onModuleDestroy(): void {
    this.controller.abort();
  }
}
