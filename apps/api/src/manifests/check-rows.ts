import { Inject, Injectable } from '@nestjs/common';
import { UploadLedger } from '#app/persistence';
import { IMAGE_SOURCE_NAMES, type UploadTableRow } from '#app/protocol';
import { ApiConfig } from '../api.config.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { InspectItems } from '../batches/inspect-items.js';
import { CheckTitles } from '../titles/check-titles.js';
import { IMAGE_SOURCES, type ImageSources } from '../upstreams/image-sources.js';
import { slicesOf, soundRows, type CheckedRow } from './checked-row.js';
import { findWarning } from './find-warning.js';
import { readRow } from './read-row.js';
import { splitProblem, toRowProblem } from './row-problem.js';

const ITEMS_AT_ONCE = 500;
/** Of all rows of one source: many photos would use up the calls that the source allows everybody together. */
const LONGEST_ASKING_MS = 15_000;

/** Finds out what would become of the rows of a manifest. Nothing is stored. */
@Injectable()
export class CheckRows {
  constructor(
    private readonly config: ApiConfig,
    private readonly items: InspectItems,
    private readonly titles: CheckTitles,
    private readonly ledger: UploadLedger,
    @Inject(IMAGE_SOURCES) private readonly sources: ImageSources,
  ) {}

  /**
   * In the order of the rows, blank ones left out. A row has at most one error, the first that is found; what is told about titles is as
   * Commons is now.
   * @throws TemporaryError when Commons cannot be asked @throws DomainError FORBIDDEN
   */
  async execute(
    user: SignedInUser,
    rows: readonly UploadTableRow[],
    signal: AbortSignal,
  ): Promise<CheckedRow[]> {
    const checked = rows.flatMap((cells, index) =>
      Object.keys(cells).length === 0 ? [] : [this.read(index + 1, cells)],
    );
    refuseRepeated(checked);
    await this.askSources(checked);
    await this.askForTitles(user, checked, signal);
    await this.warn(checked);
    return checked;
  }

  private read(row: number, cells: UploadTableRow): CheckedRow {
    try {
      return { row, cells, upload: readRow(cells, this.config.downloadAllowedHosts) };
    } catch (error) {
      return { row, cells, error: toRowProblem(error) };
    }
  }

  private async askSources(rows: readonly CheckedRow[]): Promise<void> {
    for (const handler of IMAGE_SOURCE_NAMES) {
      const ofSource = soundRows(rows).filter(({ upload }) => upload.handler === handler);
      if (this.sources[handler] === undefined) {
        const error = { code: 'NOT_CONFIGURED', message: `This server does not offer ${handler}.` };
        for (const row of ofSource) row.error = error;
        continue;
      }
      const inTime = AbortSignal.timeout(LONGEST_ASKING_MS);
      for (const some of slicesOf(ofSource, ITEMS_AT_ONCE)) {
        const items = some.map(({ upload }) => upload.item);
        const problems = await this.items.findProblems(handler, items, inTime);
        for (const [index, row] of some.entries()) {
          const problem = problems[index];
          if (problem) row.error = splitProblem(problem);
        }
      }
    }
  }

  private async askForTitles(
    user: SignedInUser,
    rows: readonly CheckedRow[],
    signal: AbortSignal,
  ): Promise<void> {
    const sound = soundRows(rows);
    const titles = sound.map(({ upload }) => upload.item.title);
    const answers = await this.titles.execute(user, titles, signal);
    for (const [index, row] of sound.entries()) {
      const { ok = true, code = 'title', message = '' } = answers[index] ?? {};
      if (!ok) row.error = { code, message };
    }
  }

  /** Ids that mean nothing outside of their file tell of no earlier upload. */
  private async warn(rows: readonly CheckedRow[]): Promise<void> {
    for (const handler of IMAGE_SOURCE_NAMES) {
      const ofSource = soundRows(rows).filter(({ upload }) => upload.handler === handler);
      const ids =
        this.sources[handler]?.hasLocalIds === true ? [] : ofSource.map(({ upload }) => upload.item.id);
      const files = await this.ledger.listFiles(handler, ids);
      for (const row of ofSource) {
        const warning = findWarning(row.upload, files.get(row.upload.item.id) ?? []);
        if (warning) row.warning = warning;
      }
    }
  }
}

/** Of several rows with one id, the first has it. */
function refuseRepeated(rows: readonly CheckedRow[]): void {
  const first = new Map<string, number>();
  for (const checked of soundRows(rows)) {
    const { id } = checked.upload.item;
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, checked.row);
    else checked.error = { code: 'duplicate-id', message: `Row ${earlier} has the same id.` };
  }
}
