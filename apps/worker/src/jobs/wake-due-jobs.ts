import { Injectable } from '@nestjs/common';
import { JobQueue, JobRepository } from '#app/persistence';

const AT_ONCE = 500;

/** Finds background jobs that nobody would be woken for: the queue is only a hint. */
@Injectable()
export class JobWaker {
  constructor(
    private readonly jobs: JobRepository,
    private readonly queue: JobQueue,
  ) {}

  /** Wakes for what is due by now, and for what a dead worker left. */
  async wakeDue(now = new Date()): Promise<void> {
    const due = await this.jobs.listDue(now, AT_ONCE);
    if (due.length > 0) await this.queue.wake(due);
  }
}
