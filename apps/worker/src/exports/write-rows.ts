import type { JobRun } from '../jobs/job-run.js';
import type { ExportPlan } from './export-plan.js';
import type { TextSource } from './row-source.js';
import type { Spool } from './spool.js';

/** Gathers all rows from where the plan stands, keeping after each page how far it came. @throws JobStopped */
export async function writeRows(
  run: JobRun,
  source: TextSource,
  spool: Spool,
  plan: ExportPlan,
  signal: AbortSignal,
): Promise<void> {
  while (!plan.isRead) {
    signal.throwIfAborted();
    const page = await source.readPage(plan);
    const isFirst = plan.spool === null;
    const isLast = page.after === null;
    const text = `${isFirst ? source.head : ''}${page.text}${isLast ? source.tail : ''}`;
    const bytes = await spool.append(text);
    Object.assign(plan, {
      rows: plan.rows + page.rows,
      after: page.after,
      isRead: isLast,
      spool: { path: spool.path, bytes },
    });
    await run.checkpoint({ cursor: { ...plan }, done: plan.rows, total: plan.total });
  }
}
