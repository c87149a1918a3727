import { isTerminal } from '#app/protocol';
import { SESSION_EXPIRED } from './person.js';
import { describeRow, problem, type Problem, type RunFacts, type UploadRow } from './run-facts.js';

const lost = problem('lost');
const doubled = problem('doubled');
const stuck = problem('stuck');
const wrong = problem('wrong');

/** Holds every row against what was planned, and every failure against what happened. */
export function checkRows(facts: RunFacts): Problem[] {
  return [
    ...facts.people.flatMap(({ name, batches }) =>
      batches.flatMap(({ id, planned }) =>
        (planned?.uploads ?? []).flatMap(({ item }) => {
          const rows = facts.rows.filter(({ batchid, key }) => batchid === id && key === item.id);
          if (rows.length === 1) return [];
          const what = `${item.title} in batch ${id} of ${name}`;
          return rows.length === 0 ? [lost(`${what} has no row`)] : [doubled(`${what} has several rows`)];
        }),
      ),
    ),
    ...facts.people.flatMap(({ name, batches }) => {
      const planned = facts.plan.people.find((one) => one.name === name)?.batches ?? [];
      const made = batches.filter((batch) => batch.planned !== null);
      return made.length === planned.length
        ? []
        : [lost(`${name} made ${made.length} of ${planned.length} batches`)];
    }),
    ...facts.rows.flatMap((row) => checkRow(row, facts)),
    ...checkTold(facts),
  ];
}

function checkRow(row: UploadRow, facts: RunFacts): Problem[] {
  const problems: Problem[] = [];
  if (!isTerminal(row.status)) problems.push(stuck(`${describeRow(row)} has not ended`));
  if (row.isOwing) problems.push(stuck(`${describeRow(row)} still owes work`));
  if (row.leaseOwner !== null || row.leasedUntil !== null)
    problems.push(stuck(`${describeRow(row)} still has a lease`));
  if (isTerminal(row.status) && !row.isOwing && row.accessToken !== null)
    problems.push(wrong(`${describeRow(row)} owes nothing and still has a token`));
  if (row.status === 'cancelled' && !isCancelled(row, facts))
    problems.push(wrong(`${describeRow(row)} was cancelled by nobody`));
  if (row.status === 'failed' && !isFailureExplained(row, facts))
    problems.push(wrong(`Nothing explains why it failed: ${describeRow(row)}`));
  if (row.status.startsWith('duplicate')) problems.push(...checkDuplicate(row, facts));
  return problems;
}

const isCancelled = ({ batchid }: UploadRow, { people }: RunFacts): boolean =>
  people.some(({ batches }) => batches.some(({ id, wasCancelled }) => id === batchid && wasCancelled));

function isFailureExplained(row: UploadRow, { plan, faults, wikiFaults, rows }: RunFacts): boolean {
  const message = row.error?.message ?? '';
  if (message === SESSION_EXPIRED)
    return wikiFaults.some(
      ({ match, error }) => match?.user === row.username && error?.info.includes('Invalid consumer') === true,
    );
  const ends = [...(faults.hopeless.get(row.filename) ?? []), ...(faults.hopeless.get(row.key) ?? [])];
  if (ends.some((end) => message.includes(end))) return true;
  if (row.filename.includes('BLACKLISTED')) return row.error?.type === 'title_blacklisted';
  const sameNamed = rows.filter(({ filename, key }) => filename === row.filename && key !== row.key);
  if (message.startsWith('duplicate-title:')) return sameNamed.some(({ batchid }) => batchid === row.batchid);
  const isNameTaken =
    sameNamed.length > 0 ||
    plan.earlierFiles.some(({ title, imageId }) => title === row.filename && imageId !== row.key);
  return isNameTaken && message.includes('File already exists with different content');
}

/** A duplicate is one of something else, and its links lead there. */
function checkDuplicate(row: UploadRow, { plan, rows, stack }: RunFacts): Problem[] {
  const isPlanned =
    rows.some(({ key, filename }) => key === row.key && filename !== row.filename) ||
    plan.earlierFiles.some(({ imageId }) => imageId === row.key);
  if (!isPlanned) return [wrong(`It is called a duplicate and is none: ${describeRow(row)}`)];
  const links = row.error !== null && 'links' in row.error ? row.error.links : [];
  const found = links.filter(
    ({ title }) => stack.upstreams.commons.file(title.replace(/^File:/, '')) !== null,
  );
  return links.length > 0 && found.length === links.length
    ? []
    : [wrong(`The links of a duplicate lead nowhere: ${describeRow(row)}`)];
}

/** Subscribers were told how each upload ended. */
const checkTold = ({ people, rows }: RunFacts): Problem[] =>
  people.flatMap(({ batches }) =>
    batches.flatMap(({ id, told, hasEnded }) =>
      hasEnded
        ? rows
            .filter(({ batchid, key, status }) => batchid === id && told.get(key) !== status)
            .map((row) =>
              wrong(`A subscriber was told ${told.get(row.key) ?? 'nothing'} of ${describeRow(row)}`),
            )
        : [stuck(`Batch ${id} was not seen to its end`)],
    ),
  );
