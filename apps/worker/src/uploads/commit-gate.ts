import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { toUploadWindows } from '#app/commons-client';
import { RatePlan, Replanner } from '#app/persistence';
import { RefusedError, TemporaryError } from '#app/protocol';
import { WorkerConfig } from '../worker.config.js';
import { Halt } from './halt.js';
import { pause } from './pause.js';
import type { RunContext } from './run-context.js';

/** Who has to wait longer than this for a commit gives up the worker's slot meanwhile. */
const PATIENCE_MS = 1_000;

/** Several uploads of a person often end at about the same time. */
const GATHER_MS = 5_000;

type Context = Pick<RunContext, 'upload' | 'client'>;

/** Lets commits through at their planned moments, and never more of them than the wiki allows the person. */
@Injectable()
export class CommitGate implements OnModuleDestroy {
  private readonly logger = new Logger(CommitGate.name);
  private readonly planned = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly plan: RatePlan,
    private readonly replanner: Replanner,
    private readonly config: WorkerConfig,
  ) {}

  /** @throws Halt `wait-for-turn` when the planned moment is some time away */
  async checkPlanned({ upload }: Pick<Context, 'upload'>): Promise<void> {
    const { plannedAt } = upload.row;
    const wait = plannedAt.getTime() - Date.now();
    if (wait > PATIENCE_MS) throw new Halt({ do: 'wait-for-turn', until: plannedAt, isLate: false });
    await pause(wait, upload.signal);
  }

  /**
   * Waits until the upload may be committed. From then on the commit counts, whether it is sent or not.
   * @returns the moment from which it counts
   * @throws Halt `wait-for-turn`; TemporaryError `redis`
   */
  async enter(context: Context): Promise<Date> {
    const { upload, client } = context;
    const { userid } = upload.row;
    await this.checkPlanned(context);
    const patience = Date.now() + PATIENCE_MS;
    for (;;) {
      const now = new Date();
      const { plannedAt, id: uploadId } = upload.row;
      const turn = await askRedis(() => this.plan.takeCommit({ userid, uploadId, plannedAt, now }));
      switch (turn.kind) {
        case 'go':
          upload.noteCommitTurn();
          return now;
        case 'unknown': {
          const windows = toUploadWindows((await client.userInfo(upload.signal)).windows);
          await askRedis(() => this.plan.setWindows(userid, windows, new Date()));
          break;
        }
        case 'wait': {
          const until = turn.until.getTime();
          if (until > patience) throw new Halt({ do: 'wait-for-turn', until: turn.until, isLate: true });
          await pause(until - now.getTime(), upload.signal);
        }
      }
    }
  }

  /** The answer has come, or was given up: the wiki counted the commit somewhere between `takenAt` and now. */
  async leave({ upload }: Context, takenAt: Date, accepted: boolean): Promise<void> {
    const settled = { userid: upload.row.userid, takenAt, at: new Date(), accepted };
    try {
      await this.plan.settleCommit(settled);
    } catch (error) {
      this.logger.warn({
        message: 'A commit could not be counted at its end; it counts from its start',
        uploadId: upload.row.id,
        error: String(error),
      });
    }
  }

  /** The wiki says `ratelimited`: the account was used elsewhere, or its rights changed. @returns when to try again */
  async learnLimits({ upload, client }: Context): Promise<Date> {
    const { userid } = upload.row;
    try {
      const { windows } = await client.userInfo(upload.signal);
      await this.plan.setWindows(userid, toUploadWindows(windows), new Date());
    } catch (error) {
      if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
      this.logger.warn({ message: `The limits could not be read again: ${error.message}`, userid });
    }
    return this.plan.noteRateLimited(userid, new Date());
  }

  /** A place came free that nobody uses: what is queued moves up, together with what comes free in the next seconds. */
  replanSoon(userid: string): void {
    if (this.planned.has(userid)) return;
    const timer = setTimeout(() => {
      this.planned.delete(userid);
      void this.replan(userid);
    }, GATHER_MS * this.config.retryDelayScale);
    this.planned.set(userid, timer);
  }

  onModuleDestroy(): void {
    for (const timer of this.planned.values()) clearTimeout(timer);
  }

  /** Plans what the person has queued anew. What cannot be done now the gate makes good later. */
  async replan(userid: string): Promise<void> {
    try {
      await this.replanner.replan(userid);
    } catch (error) {
      this.logger.warn({ message: 'A queue could not be planned anew', userid, error: String(error) });
    }
  }
}

async function askRedis<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw new TemporaryError('redis', 'The rate plan could not be asked', { cause });
  }
}
