import { readFileSync } from 'node:fs';

import { expect } from '@jest/globals';

import type { ApiAnswer } from '../../signed-client.js';

interface Recorded {
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
}

const { answers } = JSON.parse(readFileSync(new URL('answers.json', import.meta.url), 'utf8')) as {
  answers: Record<string, Recorded>;
};

/** Texts that clients act on, and so have to be the very same. */
const EXACT = new Set([
  'code', 'info', 'text', 'result', 'stage', 'warnings', 'module', 'message', 'line', 'reason', 'title', 'name', 'filename', 'canonicaltitle', 'invalidreason', 'mime', 'mediatype',
  'mimetype', 'type', 'action', 'status', 'error', 'tag', 'comment', 'content', 'details', 'stasherrors', 'exists', 'duplicate', 'contentmodel', 'readonlyreason', 'from', 'to',
]); // prettier-ignore
/** Cut from the recordings, or the wiki's own business. */
const IGNORED = new Set([
  'docref',
  '*',
  'html',
  'metadata',
  'commonmetadata',
  'extmetadata',
  'allowed',
  'rights',
  'generator',
]);

const normalize = (text: string): string =>
  text
    .replaceAll('Test Commons:', 'Commons:')
    .replaceAll(/\b[0-9a-z]{11,13}\.[0-9a-z]{5,7}\.\d+\.\w*/g, '<file key>')
    .replaceAll(/\b[0-9a-f]{12,40}\b/g, '<hash>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, '<time>')
    .replaceAll(/\d\d:\d\d, \d+ \w+ \d{4}/g, '<time>')
    .replaceAll(/!(chunkedupload|localcopy|php\w+)( <hash>)?/g, '!<temporary name>')
    .replaceAll(/\b\d{4,}\b/g, '<number>');

/** What is compared: every key, the type of every value, and the texts that matter. */
export function shapeOf(value: unknown, exact = false): unknown {
  if (typeof value === 'string') return exact ? normalize(value) : 'a string';
  if (typeof value === 'number') return 'a number';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const shapes = value.map((item) => shapeOf(item, exact));
    const different = new Map(shapes.map((shape) => [JSON.stringify(shape), shape]));
    return [...different.values()];
  }
  const entries = Object.entries(value).filter(([key]) => !IGNORED.has(key));
  return Object.fromEntries(
    entries.map(([key, item]) => [/^\d+$/.test(key) ? '<id>' : key, shapeOf(item, exact || EXACT.has(key))]),
  );
}

const DIFFERING_HEADERS = ['mediawiki-api-error', 'retry-after', 'x-database-lag'] as const;

/** Checks an answer of the stand-in against what a real MediaWiki answered to the same request. */
export function expectLikeRecorded(name: string, answer: ApiAnswer): void {
  const recorded = answers[name];
  if (recorded === undefined) throw new Error(`nothing is recorded under "${name}"`);
  const headers = Object.fromEntries(
    DIFFERING_HEADERS.flatMap((header) =>
      answer.headers.has(header) ? [[header, answer.headers.get(header)]] : [],
    ),
  );
  expect({ name, status: answer.status, headers, json: shapeOf(answer.json) }).toEqual({
    name,
    status: recorded.status,
    headers: recorded.headers ?? {},
    json: shapeOf(recorded.json ?? null),
  });
}

/** Compares a text that is no JSON, with secrets masked. */
export function expectTextLikeRecorded(name: string, text: string): void {
  expect(normalize(text)).toBe(normalize(answers[name]?.text ?? ''));
}
