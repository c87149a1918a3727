import {
  AuditLog,
  QUEUE_NAMES,
  QueueAdministration,
  type QueueName,
  type QueueState,
} from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Injectable } from '@nestjs/common';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { toActor } from './actor.js';

/** Holds all workers back, so that they can be drained, or lets them go on. */
@Injectable()
export class PauseQueue {
  constructor(
    private readonly queues: QueueAdministration,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError NOT_FOUND for no queue of ours */
  async execute(user: SignedInUser, name: string, isPaused: boolean): Promise<QueueState> {
    if (!isQueueName(name)) throw new DomainError('NOT_FOUND', `There is no queue "${name}".`);
    const [before] = (await this.queues.list()).filter((queue) => queue.name === name);
    const state = await this.queues.setPaused(name, isPaused);
    await this.audit.write(toActor(user), {
      action: isPaused ? 'queue.pause' : 'queue.resume',
      subjectKind: 'queue',
      subjectId: name,
      before: { paused: before?.isPaused ?? null },
      after: { paused: state.isPaused },
    });
    return state;
  }
}

const isQueueName = (name: string): name is QueueName => (QUEUE_NAMES as readonly string[]).includes(name);
