import { Injectable } from '@nestjs/common';
import type { AccessToken } from '#app/commons-client';
import { TokenVault, UserRepository } from '#app/persistence';
import { QueuePlanner } from '../batches/queue-planner.js';
import type { SessionPerson } from './signed-in-user.js';

/** Keeps a person's newest token. */
@Injectable()
export class KeepSignIn {
  constructor(
    private readonly users: UserRepository,
    private readonly vault: TokenVault,
    private readonly queue: QueuePlanner,
  ) {}

  /** What this person has under way goes on with the new token, and what waited for a sign-in resumes. */
  async execute(person: SessionPerson, token: AccessToken): Promise<void> {
    const encryptedToken = this.vault.seal(token, person.userid);
    await this.users.saveSignIn({ ...person, encryptedToken });
    this.queue.replanLater(person.userid);
  }
}
