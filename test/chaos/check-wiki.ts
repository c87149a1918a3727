import type { Page } from '../upstreams/index.js';
import { describeRow, problem, type Problem, type RunFacts, type UploadRow } from './run-facts.js';

const lost = problem('lost');
const doubled = problem('doubled');
const wrong = problem('wrong');

const countBy = <T>(list: readonly T[], key: (one: T) => string): [string, T[]][] => {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return [...groups];
};

/** Every file is on the wiki exactly once, with its own bytes, and nothing else is. */
export async function checkWiki(facts: RunFacts): Promise<Problem[]> {
  const { commons, cdn } = facts.stack.upstreams;
  const problems: Problem[] = [];
  for (const [title, entries] of countBy(commons.uploads, (entry) => entry.title))
    if (entries.length > 1) problems.push(doubled(`${title} was published ${entries.length} times`));
  for (const [sha1, pages] of countBy(commons.files, (file) => file.versions[0]?.sha1 ?? ''))
    if (pages.length > 1)
      problems.push(
        doubled(`${pages.map(({ title }) => title.text).join(' and ')} have the same SHA-1 ${sha1}`),
      );

  const sha1s = new Map<string, string>();
  for (const { key } of facts.rows) if (!sha1s.has(key)) sha1s.set(key, await cdn.sha1(key));
  const completed = facts.rows.filter(({ status }) => status === 'completed');
  for (const [title, rows] of countBy(completed, ({ filename }) => filename))
    if (rows.length > 1) problems.push(doubled(`${rows.length} uploads say that they published ${title}`));
  for (const row of completed)
    problems.push(...checkFile(row, commons.file(row.filename), sha1s.get(row.key)));

  const expected = new Set([
    ...completed.map(({ filename }) => filename),
    ...facts.plan.earlierFiles.map(({ title }) => title),
  ]);
  for (const { title, versions } of commons.files) {
    if (expected.has(title.name)) continue;
    const rows = facts.rows.filter(({ filename }) => filename === title.name).map(describeRow);
    problems.push(
      wrong(
        `${title.text} by ${versions[0]?.user ?? '?'} is there although no upload says so: ${rows.join(' | ')}`,
      ),
    );
  }
  return problems;
}

function checkFile(row: UploadRow, page: Page | null, sha1: string | undefined): Problem[] {
  const version = page?.versions[0];
  if (page === null || version === undefined) return [lost(`The file is not there: ${describeRow(row)}`)];
  if (version.sha1 !== sha1) return [lost(`The file has other bytes: ${describeRow(row)}`)];
  if (version.user !== row.username)
    return [wrong(`${version.user} published the file of ${describeRow(row)}`)];
  if (page.revisions.at(-1)?.text !== row.wikitext || page.revisions[0]?.text !== row.wikitext)
    return [wrong(`The page has another text: ${describeRow(row)}`)];
  return [];
}
