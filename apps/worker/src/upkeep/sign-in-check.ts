import { Injectable, Logger } from '@nestjs/common';
import pLimit from 'p-limit';
import { answerClass } from '#app/commons-client';
import { RefusedError, TemporaryError } from '#app/protocol';
import { CommonsClients } from '../uploads/commons-clients.js';
import { SignInExpiry } from '../uploads/sign-in-expiry.js';

export interface SignInUse {
  userid: string;
  /** Sealed by TokenVault. */
  accessToken: string | null;
}

/** A sign-in that was good is taken for good for this long. */
const REMEMBERED_MS = 5 * 60_000;
/** Who cannot be asked within this time is taken for good: each upload finds out for itself. */
const PATIENCE_MS = 5_000;
const AT_ONCE = 8;

const keyOf = ({ userid, accessToken }: SignInUse): string => `${userid}\n${accessToken ?? ''}`;

/** Asks the wiki whether sign-ins are still good, each once in a while, before much is started with them. */
@Injectable()
export class SignInCheck {
  private readonly logger = new Logger(SignInCheck.name);
  private readonly good = new Map<string, number>();

  constructor(
    private readonly clients: CommonsClients,
    private readonly expiry: SignInExpiry,
  ) {}

  /** Those whose sign-in the wiki has not refused. Everything that is queued with a refused one has failed when this returns. */
  async dropRefused<T extends SignInUse>(uses: readonly T[]): Promise<T[]> {
    const now = Date.now();
    for (const [key, until] of this.good) if (until <= now) this.good.delete(key);
    const unknown = new Map<string, T>();
    for (const use of uses) if (!this.good.has(keyOf(use))) unknown.set(keyOf(use), use);
    const limit = pLimit(AT_ONCE);
    const refused = new Set<string>();
    await Promise.all(
      [...unknown].map(([key, use]) =>
        limit(async () => {
          if (await this.isRefused(use)) refused.add(key);
        }),
      ),
    );
    return uses.filter((use) => !refused.has(keyOf(use)));
  }

  private async isRefused({ userid, accessToken }: SignInUse): Promise<boolean> {
    if (accessToken === null) return false;
    const person = await this.clients.find(userid, accessToken);
    if (!person) return false;
    try {
      await person.client.userInfo(AbortSignal.timeout(PATIENCE_MS));
      this.good.set(keyOf({ userid, accessToken }), Date.now() + REMEMBERED_MS);
      return false;
    } catch (error) {
      const isAnswer = error instanceof TemporaryError || error instanceof RefusedError;
      const isLost = isAnswer && answerClass(error) === 'sign-in-lost';
      this.logger.warn({
        message: isLost ? 'A sign-in is lost' : 'A sign-in could not be checked',
        userid,
        error: String(error),
      });
      if (isLost) await this.expiry.expire(userid, accessToken);
      return isLost;
    }
  }
}
