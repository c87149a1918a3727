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

interface Meaning {
  from: string;
  condition: string;
  values: SqlValue[];
}

/** Many people's uploads are found by looking through everybody's, newest first; counted by the people's. */
const NAMED = 'r.userid IN (SELECT u.userid FROM users u WHERE u.username LIKE ?)';
const NEWEST_OF_NAMED = `${TABLE} FORCE INDEX (PRIMARY) STRAIGHT_JOIN users u ON u.userid = r.userid`;

/** What a text can mean, apart from names of people: each by an index of its own, never one OR over the whole table. */
function meaningsOf(text: string): Meaning[] {
  const found = [{ from: TABLE, condition: 'r.filename LIKE ?', values: [likePrefix(text)] as SqlValue[] }];
  if (ID.test(text)) {
    found.push({ from: TABLE, condition: 'r.id = ?', values: [Number(text)] });
    found.push({ from: TABLE, condition: 'r.batchid = ?', values: [Number(text)] });
  }
  return found;
}

/** @param people whose names begin so, or more of them than are looked at one by one */
function branchesOf(filter: UploadFilter, text: string, people: readonly string[]): Branch[] {
  const more = restrictions(filter);
  const from = filter.since || filter.until ? TABLE : BY_PERSON;
  const byName =
    people.length > MOST_PEOPLE
      ? [branch(NEWEST_OF_NAMED, ['u.username LIKE ?', likePrefix(text)], more)]
      : people.map((userid) => branch(from, ['r.userid = ?', userid], more));
  const others = meaningsOf(text).map((one) => branch(one.from, [one.condition, ...one.values], more));
  return [...others, ...byName];
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
  const isMany = people.length > MOST_PEOPLE;
  const byName = { from: TABLE, condition: isMany ? NAMED : 'r.userid IN (?)' };
  const named: Meaning[] =
    people.length === 0 ? [] : [{ ...byName, values: [isMany ? likePrefix(text) : people] }];
  const meanings = [...named, ...meaningsOf(text)];
  const more = restrictions(filter);
  // Each part counts what no earlier one has: distinct ids of a union would be a temporary table.
  const parts = meanings.map(({ from, condition }, index) => {
    const others = meanings.slice(0, index).map((earlier) => `NOT (${earlier.condition})`);
    return `SELECT COUNT(*) AS part FROM ${from} WHERE ${[condition, ...others, ...more.conditions].join(' AND ')}`;
  });
  return {
    statement: `SELECT SUM(part) AS uploads FROM (${parts.join(' UNION ALL ')}) counted`,
    values: meanings.flatMap(({ values }, index) => [
      ...values,
      ...meanings.slice(0, index).flatMap((earlier) => earlier.values),
      ...more.values,
    ]),
  };
}
