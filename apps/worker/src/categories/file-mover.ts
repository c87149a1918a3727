import {
  answerClass,
  moveCategory,
  type CategoryMove,
  type CategorySpelling,
  type PageEditor,
  type RevisedPage,
} from '#app/commons-client';
import type { FileEnding, OpenFile } from '#app/persistence';
import { RefusedError, TemporaryError } from '#app/protocol';
import { pause } from '../uploads/pause.js';
import type { EditGate, EditingPerson } from './edit-gate.js';
import { explainRefusal, GONE, NO_LINK, NO_WIKITEXT } from './explain-refusal.js';
import type { MoveSummary } from './move-summary.js';

/** How often one page is tried. */
const MOST_CONFLICTS = 3;
const MOST_UNKNOWN = 2;
/** Milliseconds before a page is tried again that the wiki could not save. */
const DELAYS = [3_000, 5_000, 10_000];

export interface MoverOptions {
  editor: PageEditor;
  spelling: CategorySpelling;
  /** Names without namespace. */
  move: CategoryMove;
  summary: MoveSummary;
  username: string;
  person: EditingPerson;
  gate: EditGate;
  /** Factor on the waits between tries; 1 in production. */
  delayScale: number;
}

interface Tries {
  conflicts: number;
  unknown: number;
  busy: number;
}

/** Moves single files, each with one edit, however often it is tried. */
export class FileMover {
  constructor(private readonly options: MoverOptions) {}

  /** The pages of at most 50 files. */
  read(titles: readonly string[]): Promise<ReadonlyMap<string, RevisedPage | null>> {
    return this.options.editor.readPages(titles, this.options.person.signal);
  }

  /**
   * @param page as it was read just now; null: there is none
   * @throws WaitUntil when the person's limits, or those of the wiki, leave no room @throws TemporaryError when the wiki could not be
   * reached: the edit may have been made, which the next call for this file finds out @throws RefusedError when this person cannot
   * go on at all
   */
  async move({ title, mayBeEdited }: OpenFile, page: RevisedPage | null): Promise<FileEnding> {
    const tries: Tries = { conflicts: 0, unknown: 0, busy: 0 };
    let isUncertain = mayBeEdited;
    for (let current = page; ; current = await this.readAgain(title)) {
      if (current === null) return { title, kind: 'untouched', reason: GONE };
      if (current.text === undefined) return { title, kind: 'untouched', reason: NO_WIKITEXT };
      const text = moveCategory(current.text, this.options.move, this.options.spelling);
      if (text === null) return this.withoutLink(title, current, isUncertain);
      const failure = await this.edit(title, text, current.revid);
      if ('kind' in failure) return failure;
      if (failure.error === null) continue;
      const decision = this.decide(failure.error, tries);
      if (decision === 'give-up') {
        return { title, kind: 'untouched', reason: explainRefusal(failure.error), editedAt: new Date() };
      }
      isUncertain = true;
      await pause(decision * this.options.delayScale, this.options.person.signal);
    }
  }

  private async readAgain(title: string): Promise<RevisedPage | null> {
    return (await this.read([title])).get(title) ?? null;
  }

  /** The link is gone: either an earlier try of this job took it away, or it was never there. */
  private async withoutLink(title: string, page: RevisedPage, isUncertain: boolean): Promise<FileEnding> {
    const { editor, summary, username: user, person } = this.options;
    if (isUncertain) {
      const isOurs = page.user === user && (page.comment ?? '').includes(summary.mark);
      const revid = isOurs
        ? page.revid
        : await editor.findRevision(title, { user, summaryPart: summary.mark }, person.signal);
      if (revid !== null) return { title, kind: 'moved', revid, editedAt: new Date() };
    }
    return { title, kind: 'untouched', reason: NO_LINK };
  }

  /** `error: null`: nothing was saved for the person's limits; they may have changed. */
  private async edit(
    title: string,
    text: string,
    baseRevid: number,
  ): Promise<FileEnding | { error: TemporaryError | RefusedError | null }> {
    const { gate, person, editor, summary } = this.options;
    const takenAt = await gate.enter(person);
    let accepted = false;
    try {
      const revid = await editor.edit({ title, text, baseRevid, summary: summary.text }, person.signal);
      accepted = true;
      return { title, kind: 'moved', editedAt: new Date(), ...(revid !== null && { revid }) };
    } catch (error) {
      if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
      if (answerClass(error) !== 'throttled') return { error };
    } finally {
      await gate.leave(person, takenAt, accepted);
    }
    await gate.noteRateLimited(person);
    return { error: null };
  }

  /** Milliseconds until the page is read and tried again. @throws the error when it is not about this page */
  private decide(error: TemporaryError | RefusedError, tries: Tries): number | 'give-up' {
    const kind = answerClass(error);
    if (kind === 'refused' || kind === 'title-blacklisted') return 'give-up';
    if (kind === 'edit-conflict') return (tries.conflicts += 1) < MOST_CONFLICTS ? 0 : 'give-up';
    if (kind === 'unknown') return (tries.unknown += 1) < MOST_UNKNOWN ? (DELAYS[0] ?? 0) : 'give-up';
    if (kind === 'busy') return DELAYS[tries.busy++] ?? 'give-up';
    throw error;
  }
}
