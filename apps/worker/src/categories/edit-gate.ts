import { Injectable, Logger } from '@nestjs/common';
import { toUploadWindows, type CommonsClient } from '#app/commons-client';
import { EditPlan, RatePlan } from '#app/persistence';
import { RefusedError, TemporaryError } from '#app/protocol';
import { WaitUntil } from '../jobs/job-stops.js';
import { pause } from '../uploads/pause.js';

/** Who has to wait longer than this gives up the worker's place meanwhile. */
const PATIENCE_MS = 5_000;

export interface EditingPerson {
  userid: string;
  client: CommonsClient;
  signal: AbortSignal;
}

/** Lets single edits through, never more of them than the wiki allows the person together with their uploads. */
@Injectable()
export class EditGate {
  private readonly logger = new Logger(EditGate.name);

  constructor(
    private readonly edits: EditPlan,
    private readonly plan: RatePlan,
  ) {}

  /**
   * Waits until an edit may be sent. From then on it counts, whether it is sent or not.
   * @returns the moment from which it counts @throws WaitUntil; TemporaryError `redis`
   */
  async enter({ userid, client, signal }: EditingPerson): Promise<Date> {
    const patience = Date.now() + PATIENCE_MS;
    for (;;) {
      signal.throwIfAborted();
      const now = new Date();
      const turn = await askRedis(() => this.edits.take(userid, now));
      if (turn.kind === 'go') return now;
      if (turn.kind === 'unknown') {
        await this.learn({ userid, client, signal });
      } else {
        if (turn.until.getTime() > patience) throw new WaitUntil(turn.until);
        await pause(turn.until.getTime() - now.getTime(), signal);
      }
    }
  }

  /** The answer has come, or was given up: the wiki counted the edit somewhere between `takenAt` and now. */
  async leave({ userid }: EditingPerson, takenAt: Date, accepted: boolean): Promise<void> {
    try {
      await this.edits.settle(userid, { takenAt, at: new Date(), accepted });
    } catch (error) {
      const message = 'An edit could not be counted at its end; it counts from its start';
      this.logger.warn({ message, userid, error: String(error) });
    }
  }

  /** The wiki says `ratelimited`: the account was used elsewhere, or its rights changed. */
  async noteRateLimited(person: EditingPerson): Promise<void> {
    try {
      await this.learn(person);
    } catch (error) {
      if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
      this.logger.warn({
        message: `The limits could not be read again: ${error.message}`,
        userid: person.userid,
      });
    }
    await askRedis(() => this.edits.noteRateLimited(person.userid, new Date()));
  }

  private async learn({ userid, client, signal }: EditingPerson): Promise<void> {
    const windows = toUploadWindows((await client.userInfo(signal)).windows);
    await askRedis(() => this.plan.setWindows(userid, windows, new Date()));
  }
}

async function askRedis<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw new TemporaryError('redis', 'The rate plan could not be asked', { cause });
  }
}
