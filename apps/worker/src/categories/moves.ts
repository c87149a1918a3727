import { Injectable } from '@nestjs/common';
import { answerClass, type PageEditor } from '#app/commons-client';
import { DomainError, RefusedError, TemporaryError, type RecategorizeParams } from '#app/protocol';
import { SESSION_EXPIRED } from '../uploads/decide-next.js';
import { SignInExpiry } from '../uploads/sign-in-expiry.js';
import { WorkerConfig } from '../worker.config.js';
import { EditGate } from './edit-gate.js';
import { FileMover } from './file-mover.js';
import { moveSummary } from './move-summary.js';
import { PageEditors, type EditingUser } from './page-editors.js';
import { toJobFailure } from './to-job-failure.js';

/** What a job of moving files works with. */
export interface Move {
  editor: PageEditor;
  mover: FileMover;
}

const nameOf = (category: string): string => category.slice(category.indexOf(':') + 1);

/** Puts together what moves files in a person's name. */
@Injectable()
export class Moves {
  constructor(
    private readonly editors: PageEditors,
    private readonly gate: EditGate,
    private readonly expiry: SignInExpiry,
    private readonly config: WorkerConfig,
  ) {}

  /**
   * Runs `work` in the person's name.
   * @throws DomainError FORBIDDEN when the person has to sign in again, or may not edit @throws WaitUntil while the wiki takes no
   * edits; anything that `work` throws otherwise
   */
  async run<T>(
    { userid, params, signal }: { userid: string; params: RecategorizeParams; signal: AbortSignal },
    work: (move: Move) => Promise<T>,
  ): Promise<T> {
    const user = await this.editors.find(userid);
    if (user === null) throw new DomainError('FORBIDDEN', SESSION_EXPIRED);
    const { editor, client, username } = user;
    const delayScale = this.config.retryDelayScale;
    try {
      const mover = new FileMover({
        editor,
        username,
        spelling: await this.editors.findSpelling(editor, signal),
        move: { source: nameOf(params.source), target: nameOf(params.target) },
        summary: moveSummary(params),
        person: { userid, client, signal },
        gate: this.gate,
        delayScale,
      });
      return await work({ editor, mover });
    } catch (error) {
      await this.expireLost(userid, user, error);
      throw toJobFailure(error, delayScale);
    }
  }

  private async expireLost(userid: string, { accessToken }: EditingUser, error: unknown): Promise<void> {
    const isAnswer = error instanceof TemporaryError || error instanceof RefusedError;
    if (!isAnswer || answerClass(error) !== 'sign-in-lost') return;
    await this.expiry.expire(userid, accessToken);
    throw new DomainError('FORBIDDEN', SESSION_EXPIRED, undefined, { cause: error });
  }
}
