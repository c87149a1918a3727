import { Injectable, Logger } from '@nestjs/common';
import pLimit from 'p-limit';
import { toUploadWindows } from '#app/commons-client';
import { RatePlan, Replanner, type PlanWindow, type WaitingPerson } from '#app/persistence';
import { RefusedError, TemporaryError } from '#app/protocol';
import { CommonsClients } from '../uploads/commons-clients.js';
import { WorkerConfig } from '../worker.config.js';

const EVERY_MS = 15 * 60_000;
const PATIENCE_MS = 10_000;
const AT_ONCE = 4;

/**
 * Asks once in a while how fast those may upload whose plan reaches far ahead: who got other rights meanwhile should not
 * wait for what was planned without them.
 */
@Injectable()
export class LimitsRefresher {
  private readonly logger = new Logger(LimitsRefresher.name);
  private readonly everyMs: number;
  /** Whose windows have changed, but not yet their plan. */
  private readonly owed = new Set<string>();
  private notBefore = 0;

  constructor(
    private readonly clients: CommonsClients,
    private readonly plan: RatePlan,
    private readonly replanner: Replanner,
    config: WorkerConfig,
  ) {
    this.everyMs = EVERY_MS * config.retryDelayScale;
  }

  /** @throws Error when the database or Redis does not answer: the next turn does what is left */
  async refresh(now = new Date()): Promise<void> {
    if (now.getTime() < this.notBefore) return;
    const limit = pLimit(AT_ONCE);
    const waiting = await this.replanner.listPlannedBeyond(new Date(now.getTime() + this.everyMs));
    await Promise.all(waiting.map((person) => limit(() => this.refreshOne(person))));
    for (const userid of this.owed) await this.replan(userid);
    this.notBefore = now.getTime() + this.everyMs;
  }

  private async refreshOne(person: WaitingPerson): Promise<void> {
    const windows = await this.ask(person);
    if (windows === null) return;
    if (!(await this.plan.setWindows(person.userid, windows, new Date()))) return;
    this.logger.log({ message: 'The limits have changed', userid: person.userid, windows });
    this.owed.add(person.userid);
  }

  private async replan(userid: string): Promise<void> {
    await this.replanner.replan(userid);
    this.owed.delete(userid);
  }

  private async ask({ userid, accessToken }: WaitingPerson): Promise<readonly PlanWindow[] | null> {
    const person = await this.clients.find(userid, accessToken);
    if (!person) return null;
    try {
      const { windows } = await person.client.userInfo(AbortSignal.timeout(PATIENCE_MS));
      return toUploadWindows(windows);
    } catch (error) {
      if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
      this.logger.warn({ message: `The limits could not be read again: ${error.message}`, userid });
      return null;
    }
  }
}
