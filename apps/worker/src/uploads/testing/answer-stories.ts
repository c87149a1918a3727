import { readFileSync } from 'node:fs';
import { parseApiAnswer, toFailure } from '#app/commons-client';
import type { RefusedError, TemporaryError } from '#app/protocol';
import { decideNext, type Next, type Recoveries, type Step } from '../decide-next.js';

interface RecordedAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Answers of a real MediaWiki; see the README beside them. */
const recordings = JSON.parse(
  readFileSync(
    new URL('../../../../../libs/commons-client/src/recorded/answers.json', import.meta.url),
    'utf8',
  ),
) as Record<string, RecordedAnswer>;

export type Failure = TemporaryError | RefusedError;

export function read({ status = 200, headers = {}, body = {} }: Partial<RecordedAnswer>): Failure {
  const answer = parseApiAnswer(status, headers, typeof body === 'string' ? body : JSON.stringify(body));
  if (answer.ok) throw new Error('This answer is no error');
  return toFailure(answer.error);
}

export function recorded(name: string): Failure {
  const answer = recordings[name];
  if (!answer) throw new Error(`No recorded answer ${name}`);
  return read(answer);
}

/** As MediaWiki tells an error with `errorformat=plaintext`. */
export const told = (code: string, text: string, data: object = {}): Failure =>
  read({ body: { errors: [{ code, text, data }] } });

/** As Wikibase tells that it could not save: includes/Api/EntitySavingHelper.php, ApiErrorReporter.php. */
export const notSaved = (code: string, ...messages: string[]): Failure =>
  told(code, 'The save has failed.', { messages: messages.map((name) => ({ name })) });

const LONG_ENOUGH = 100;

const inWords = (ms: number): string => (ms >= 60_000 ? `${ms / 60_000} min` : `${ms / 1_000} s`);

function describeNext(next: Next): string {
  switch (next.do) {
    case 'retry':
      return inWords(next.afterMs);
    case 'requeue':
      return `${next.kind === null ? 'wait' : 'rest'} ${inWords(next.afterMs)}`;
    case 'continue-at':
      return `go on at ${next.offset}`;
    case 'fail':
      return `${next.error.type === 'error' ? 'fail' : next.error.type}: ${next.error.message}`;
    case 'pause-user':
    case 'pause-service':
    case 'owe':
      return `${next.do}: ${next.reason}`;
    case 'restart-stash':
    case 'poll':
    case 'resolve-source-again':
    case 'wait-for-rate-window':
    case 'expire-sign-in':
      return next.do;
  }
}

/** What becomes of an upload that gets this answer at this step again and again; `…` when that has no end. */
export function storyOf(step: Step, failure: Failure): string[] {
  const story: string[] = [];
  const requeues: Record<string, number> = {};
  let recoveries: Recoveries = {};
  let here = 1;
  let firstWait: number | undefined;
  while (story.length < LONG_ENOUGH) {
    const next = decideNext(step, failure, { here, recoveries, requeues });
    story.push(describeNext(next));
    switch (next.do) {
      case 'retry':
        here += 1;
        break;
      case 'restart-stash':
      case 'continue-at':
      case 'poll':
      case 'resolve-source-again':
        recoveries[next.do] = (recoveries[next.do] ?? 0) + 1;
        break;
      case 'requeue':
        if (next.kind === null && firstWait !== undefined) return [...story.slice(0, firstWait), '…'];
        if (next.kind === null) firstWait = story.length;
        if (next.kind !== null) requeues[next.kind] = (requeues[next.kind] ?? 0) + 1;
        here = 1;
        recoveries = {};
        break;
      case 'wait-for-rate-window':
      case 'pause-user':
      case 'pause-service':
      case 'expire-sign-in':
      case 'owe':
      case 'fail':
        return story;
    }
  }
  throw new Error(`No end: ${story.join(', ')}`);
}
