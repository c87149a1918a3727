import { Injectable, Logger } from '@nestjs/common';
import { CommonsApi, ORDINARY_WINDOWS, toUploadWindows, type CommonsUser } from '#app/commons-client';
import { RatePlan, TokenVault, type PlanWindow } from '#app/persistence';
import { LaterWork } from './later-work.js';
import { QueuePlanner } from './queue-planner.js';

const KEPT_MS = 5 * 60_000;
const KEPT_AFTER_FAILURE_MS = 30_000;
/** What nobody asked for as long is forgotten. */
const FORGOTTEN_MS = 60 * 60_000;
const ASKING_MS = 10_000;
/** Whoever waits for the first answer gets a guess after this; the true ones correct the plan when they are here. */
const PATIENCE_MS = 1_000;

export interface FoundWindows {
  readonly windows: readonly PlanWindow[];
  /** Commons has not told: an ordinary user's, for whom the rate plan knows none. */
  readonly isGuess: boolean;
}

interface Known {
  windows: readonly PlanWindow[] | null;
  /** When it is asked again. */
  until: number;
  asking: Promise<FoundWindows> | null;
}

const GUESS: FoundWindows = { windows: toUploadWindows(ORDINARY_WINDOWS), isGuess: true };

const toFound = ({ windows }: Known): FoundWindows => (windows ? { windows, isGuess: false } : GUESS);

/** How fast each user may upload, as Commons tells it; asked for once in some minutes. */
@Injectable()
export class UserWindows {
  private readonly logger = new Logger(UserWindows.name);
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly commons: CommonsApi,
    private readonly vault: TokenVault,
    private readonly ratePlan: RatePlan,
    private readonly queue: QueuePlanner,
    private readonly later: LaterWork,
  ) {}

  /**
   * The last windows that Commons told, without waiting for it where there are any; a guess when it cannot be asked.
   * @param sealedToken the user's, as the vault sealed it
   */
  async find(user: CommonsUser, sealedToken: string): Promise<FoundWindows> {
    const now = Date.now();
    for (const [userid, { until }] of this.known) {
      if (until + FORGOTTEN_MS <= now) this.known.delete(userid);
    }
    const known = this.known.get(user.userid) ?? { windows: null, until: now, asking: null };
    this.known.set(user.userid, known);
    if (known.asking === null && known.until <= now) {
      const asking = this.ask(user, sealedToken, known);
      known.asking = asking;
      this.later.start(`ask for the limits of user ${user.userid}`, () => asking);
    }
    return known.windows !== null || known.asking === null ? toFound(known) : soon(known.asking);
  }

  private async ask(user: CommonsUser, sealedToken: string, known: Known): Promise<FoundWindows> {
    try {
      const client = this.commons.clientFor(user, this.vault.open(sealedToken, user.userid));
      const { windows } = await client.userInfo(AbortSignal.timeout(ASKING_MS));
      known.windows = toUploadWindows(windows);
      known.until = Date.now() + KEPT_MS;
      await this.tellPlan(user.userid, known.windows);
    } catch (error) {
      this.logger.warn(`Could not ask for the limits of user ${user.userid}: ${String(error)}`);
      known.until = Date.now() + KEPT_AFTER_FAILURE_MS;
    } finally {
      known.asking = null;
    }
    return toFound(known);
  }

  /** What was planned for other windows is planned anew. */
  private async tellPlan(userid: string, windows: readonly PlanWindow[]): Promise<void> {
    if (await this.ratePlan.setWindows(userid, windows, new Date())) this.queue.replanLater(userid);
  }
}

async function soon(asking: Promise<FoundWindows>): Promise<FoundWindows> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<FoundWindows>((resolve) => {
    timer = setTimeout(() => resolve(GUESS), PATIENCE_MS);
  });
  try {
    return await Promise.race([asking, late]);
  } finally {
    clearTimeout(timer);
  }
}
