import { readFile } from 'node:fs/promises';

/** One state of one upload, as a key. */
export const changeKey = (id: number, status: string): string => `${id}:${status}`;

export interface Stamps {
  /** When an upload came to a status, by changeKey: milliseconds of the monotonic clock. */
  readonly at: ReadonlyMap<string, number>;
  /** Changes that cannot be told apart: an upload that came to the same status twice. */
  readonly ambiguous: number;
}

interface Stamp {
  readonly status: string;
  readonly version: number;
  readonly at: number;
}

/** What stamp-publications.mjs wrote. */
export async function readStamps(file: string): Promise<Stamps> {
  return parseStamps(await readFile(file, 'utf8'));
}

/** Of one status published several times in a row, e.g. with an address added, the first counts. */
export function parseStamps(text: string): Stamps {
  const byUpload = new Map<number, Stamp[]>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [id, status = '', version, at] = line.split(' ');
    const stamps = byUpload.get(Number(id)) ?? [];
    stamps.push({ status, version: Number(version), at: Number(at) });
    byUpload.set(Number(id), stamps);
  }
  const at = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [id, stamps] of byUpload) {
    let before = '';
    for (const stamp of stamps.sort((a, b) => a.version - b.version || a.at - b.at)) {
      if (stamp.status === before) continue;
      before = stamp.status;
      const key = changeKey(id, stamp.status);
      if (at.has(key)) repeated.add(key);
      else at.set(key, stamp.at);
    }
  }
  for (const key of repeated) at.delete(key);
  return { at, ambiguous: repeated.size };
}
