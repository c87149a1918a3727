import { Injectable, Logger } from '@nestjs/common';
import { CommonsApi, ORDINARY_WINDOWS, toUploadWindows, type CommonsUser } from '#app/commons-client';
import { TokenVault, type PlanWindow } from '#app/persistence';

const KEPT_MS = 5 * 60_000;
const KEPT_AFTER_FAILURE_MS = 30_000;
/** A slice is acknowledged after this at the latest, also when Commons hangs. */
const PATIENCE_MS = 5_000;

interface Answer {
  readonly windows: readonly PlanWindow[];
  /** How long it may be used. */
  readonly keptMs: number;
}

interface Known {
  readonly answer: Promise<Answer>;
  until: number;
}

/** How fast each user may upload, as Commons tells it; asked for once in some minutes. */
@Injectable()
export class UserWindows {
  private readonly logger = new Logger(UserWindows.name);
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly commons: CommonsApi,
    private readonly vault: TokenVault,
  ) {}

  /** An ordinary user's windows when Commons cannot be asked. @param sealedToken the user's, as the vault sealed it */
  async find(user: CommonsUser, sealedToken: string): Promise<readonly PlanWindow[]> {
    const now = Date.now();
    for (const [userid, { until }] of this.known) if (until <= now) this.known.delete(userid);
    const known = this.known.get(user.userid);
    if (known !== undefined) return (await known.answer).windows;
    const asked: Known = { answer: this.ask(user, sealedToken), until: now + KEPT_MS };
    this.known.set(user.userid, asked);
    const { windows, keptMs } = await asked.answer;
    asked.until = now + keptMs;
    return windows;
  }

  private async ask(user: CommonsUser, sealedToken: string): Promise<Answer> {
    try {
      const client = this.commons.clientFor(user, this.vault.open(sealedToken, user.userid));
      const { windows } = await client.userInfo(AbortSignal.timeout(PATIENCE_MS));
      return { windows: toUploadWindows(windows), keptMs: KEPT_MS };
    } catch (error) {
      this.logger.warn(`Could not ask for the limits of user ${user.userid}: ${String(error)}`);
      return { windows: toUploadWindows(ORDINARY_WINDOWS), keptMs: KEPT_AFTER_FAILURE_MS };
    }
  }
}
