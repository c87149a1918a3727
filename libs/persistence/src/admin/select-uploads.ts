import type { UploadStatus } from '#app/protocol';
import { likePrefix } from '../batches/statements.js';
import type { SqlValue } from '../database/database.js';

export interface UploadFilter {
  statuses?: readonly UploadStatus[] | undefined;
  /** Created at or after this, and before `until`. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** An upload's or batch's id exactly, or how a file name or the name of its uploader begins. */
  text?: string | undefined;
}

export interface Selection {
  statement: string;
  values: SqlValue[];
}

/** People whose uploads are each found by the index; of more, as of a single letter, only the newest uploads are looked through. */
export const MOST_PEOPLE = 50;

/** Values: start of a name, limit. */
export const FIND_PEOPLE = 'SELECT userid FROM users WHERE username LIKE ? ORDER BY userid LIMIT ?';

const ID = /^[1-9]\d{0,14}$/;

interface Branch {
  from: string;
  conditions: string[];
  values: SqlValue[];
}

const TABLE = 'upload_requests r';
/** In the order of their ids; the server would rather sort all of a person's uploads. */
const BY_PERSON = `${TABLE} FORCE INDEX (ix_upload_requests_user)`;

function common({ since, until }: UploadFilter): Pick<Branch, 'conditions' | 'values'> {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  if (since) {
    conditions.push('r.created_at >= ?');
    values.push(since);
  }
  if (until) {
    conditions.push('r.created_at < ?');
    values.push(until);
  }
  return { conditions, values };
}

const branch = (
  from: string,
  own: readonly [string, ...SqlValue[]],
  more: Pick<Branch, 'conditions' | 'values'>,
): Branch => ({
  from,
  conditions: [own[0], ...more.conditions],
  values: [...own.slice(1), ...more.values],
});

/** What everything that a text finds has to satisfy as well. */
function restrictions(filter: UploadFilter): Pick<Branch, 'conditions' | 'values'> {
  const more = common(filter);
  if (filter.statuses?.length) {
    more.conditions.push('r.status IN (?)');
    more.values.push(filter.statuses);
  }
  return more;
}

/** A text's meanings, each by an index of its own: never one OR over the whole table. @param people whose name begins so */
function meaningsOf(text: string, people: readonly string[]): { conditions: string[]; values: SqlValue[][] } {
  const conditions = ['r.filename LIKE ?'];
  const values: SqlValue[][] = [[likePrefix(text)]];
  if (people.length > MOST_PEOPLE) {
    conditions.push('r.userid IN (SELECT u.userid FROM users u WHERE u.username LIKE ?)');
    values.push([likePrefix(text)]);
  } else if (people.length > 0) {
    conditions.push('r.userid IN (?)');
    values.push([people]);
  }
  if (ID.test(text)) {
    conditions.push('r.id = ?', 'r.batchid = ?');
    values.push([Number(text)], [Number(text)]);
  }
  return { conditions, values };
}

/** As meaningsOf, but a branch for each person, whose uploads are in order in an index. */
function branchesOf(filter: UploadFilter, text: string, people: readonly string[]): Branch[] {
  const more = restrictions(filter);
  const isFew = people.length <= MOST_PEOPLE;
  const { conditions, values } = meaningsOf(text, isFew ? [] : people);
  const found = conditions.map((own, index) => branch(TABLE, [own, ...(values[index] ?? [])], more));
  const from = filter.since || filter.until ? TABLE : BY_PERSON;
  const byPerson = people.map((userid) => branch(from, ['r.userid = ?', userid], more));
  return isFew ? [...found, ...byPerson] : found;
}

const where = ({ conditions }: Branch): string =>
  conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';

/** One page of ids: the newest first, of those that a text finds by their ids. */
export function selectUploads(
  filter: UploadFilter,
  people: readonly string[],
  { limit, offset }: { limit: number; offset: number },
): Selection {
  const text = filter.text?.trim() ?? '';
  const more = common(filter);
  const branches =
    text !== ''
      ? branchesOf(filter, text, people)
      : filter.statuses?.length
        ? filter.statuses.map((status) => branch(TABLE, ['r.status = ?', status], more))
        : [{ from: TABLE, ...more }];
  const columns = text === '' ? 'r.id, r.created_at' : 'r.id';
  const order = (of: string): string =>
    text === '' ? `ORDER BY ${of}created_at DESC, ${of}id DESC` : `ORDER BY ${of}id DESC`;
  const upTo = offset + limit;
  const parts = branches.map(
    (one) => `(SELECT ${columns} FROM ${one.from}${where(one)} ${order('r.')} LIMIT ?)`,
  );
  return {
    statement: `SELECT id FROM (${parts.join(' UNION ')}) found ${order('')} LIMIT ? OFFSET ?`,
    values: [...branches.flatMap(({ values }) => [...values, upTo]), limit, offset],
  };
}

/** How many the filter finds, as `uploads`. */
export function countUploads(filter: UploadFilter, people: readonly string[]): Selection {
  const text = filter.text?.trim() ?? '';
  if (text === '') {
    const more = common(filter);
    const one = filter.statuses?.length
      ? branch(TABLE, ['r.status IN (?)', filter.statuses], more)
      : { from: TABLE, ...more };
    return { statement: `SELECT COUNT(*) AS uploads FROM ${one.from}${where(one)}`, values: one.values };
  }
  const { conditions, values } = meaningsOf(text, people);
  const more = restrictions(filter);
  // Each part counts what no earlier one has: distinct ids of a union would be a temporary table.
  const parts = conditions.map((own, index) => {
    const others = conditions.slice(0, index).map((earlier) => `NOT (${earlier})`);
    const where = [own, ...others, ...more.conditions].join(' AND ');
    return `SELECT COUNT(*) AS part FROM ${TABLE} WHERE ${where}`;
  });
  return {
    statement: `SELECT SUM(part) AS uploads FROM (${parts.join(' UNION ALL ')}) counted`,
    values: conditions.flatMap((_own, index) => [
      ...(values[index] ?? []),
      ...values.slice(0, index).flat(),
      ...more.values,
    ]),
  };
}
