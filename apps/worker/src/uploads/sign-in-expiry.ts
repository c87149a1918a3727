import { Injectable, Logger } from '@nestjs/common';
import { LiveUpdates, RatePlan, UploadRepository, UserRepository } from '#app/persistence';
import { SESSION_EXPIRED } from './decide-next.js';

/** Ends what waits with a sign-in that is worth nothing any more: all of it would fail the same way. */
@Injectable()
export class SignInExpiry {
  private readonly logger = new Logger(SignInExpiry.name);

  constructor(
    private readonly uploads: UploadRepository,
    private readonly users: UserRepository,
    private readonly live: LiveUpdates,
    private readonly plan: RatePlan,
  ) {}

  /** Keeps the person's uploads from being started until they sign in again. See {@link UserRepository.pause}. */
  async pause(userid: string, reason: string, used?: { token: string; since: Date }): Promise<void> {
    if (!(await this.users.pause(userid, reason, used))) return;
    try {
      await this.live.publishNotifications([{ userid }]);
    } catch (cause) {
      this.logger.warn({ message: 'Redis was not told of a pause', userid, error: String(cause) });
    }
  }

  /**
   * Fails everything queued of this person that has this very token: they may have signed in again meanwhile.
   * @param accessToken sealed, as stored
   */
  async expire(userid: string, accessToken: string): Promise<void> {
    const isNews = await this.users.revokeToken(userid, accessToken);
    const error = { type: 'error', message: SESSION_EXPIRED } as const;
    const { failed, freedTimes } = await this.uploads.failQueuedOfToken(userid, accessToken, error);
    try {
      if (isNews) await this.live.publishNotifications([{ userid }]);
      for (const batchid of new Set(failed.map((state) => state.batchid))) {
        const uploads = failed.filter((state) => state.batchid === batchid);
        await this.live.publish({ batchid, userid, uploads });
      }
      await this.plan.giveBack(userid, freedTimes);
    } catch (cause) {
      this.logger.warn({ message: 'Redis was not told of a lost sign-in', userid, error: String(cause) });
    }
  }
}
