import { Injectable, Logger } from '@nestjs/common';
import { RatePlan, UserRepository } from '#app/persistence';
import { DomainError } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { UserWindows } from './user-windows.js';

export interface Plan {
  /** When each upload may be committed, in order. */
  readonly plannedAt: readonly Date[];
  /** The person's newest token, sealed. */
  readonly accessToken: string;
  /** Nothing of this person is started until they sign in again. */
  readonly isPaused: boolean;
}

/** Finds places for uploads in what Commons lets a person do. */
@Injectable()
export class UploadPlanner {
  private readonly logger = new Logger(UploadPlanner.name);

  constructor(
    private readonly users: UserRepository,
    private readonly windows: UserWindows,
    private readonly ratePlan: RatePlan,
  ) {}

  /** Reserves the earliest places. @throws DomainError FORBIDDEN when the person's token was revoked */
  async reserve(user: SignedInUser, count: number): Promise<Plan> {
    const known = await this.users.find(user.userid);
    const accessToken = known?.accessToken ?? null;
    if (known === null || accessToken === null) {
      throw new DomainError('FORBIDDEN', 'Your authorization has ended. Please sign in again.');
    }
    const isPaused = known.pausedAt !== null;
    if (count === 0) return { plannedAt: [], accessToken, isPaused };
    const windows = await this.windows.find(user, accessToken);
    const plannedAt = await this.ratePlan.reserve({
      userid: user.userid,
      count,
      ...windows,
      now: new Date(),
    });
    return { plannedAt, accessToken, isPaused };
  }

  /** Asks for the person's windows, so that the first slice need not wait for them. */
  async prepare(user: SignedInUser): Promise<void> {
    const accessToken = (await this.users.find(user.userid))?.accessToken ?? null;
    if (accessToken !== null) await this.windows.find(user, accessToken);
  }

  /** Gives back places that are not needed after all. A place that stays taken costs the person time and nothing else: that is logged. */
  async giveBack(userid: string, plannedAt: readonly Date[]): Promise<void> {
    try {
      await this.ratePlan.giveBack(userid, plannedAt);
    } catch (error) {
      this.logger.warn(`Could not give back ${plannedAt.length} places of user ${userid}: ${String(error)}`);
    }
  }
}
