import type { AccessToken } from '#app/commons-client';
import { RefusedError, TemporaryError } from '#app/protocol';

const textOf = (value: unknown, name: string): string | undefined => {
  if (typeof value !== 'object' || value === null || !(name in value)) return undefined;
  const text: unknown = Reflect.get(value, name);
  return typeof text === 'string' ? text : undefined;
};

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // A proxy's HTML page, for one: the caller reports it as an unexpected answer.
    return undefined;
  }
}

/** Leaves out the markup that MediaWiki puts into some messages. */
const plain = (message: string): string =>
  message
    .replace(/<[^>]*>/g, '')
    .split('\n')[0]
    ?.trim() ?? '';

/**
 * The answer of Special:OAuth/initiate and Special:OAuth/token with `format=json`.
 * @throws TemporaryError when the wiki is busy or answers something else @throws RefusedError with MediaWiki's code
 * @see https://www.mediawiki.org/wiki/OAuth/For_Developers
 */
export function parseHandshakeAnswer(status: number, body: string): AccessToken {
  if (status === 429 || status >= 500) {
    throw new TemporaryError(`http-${status}`, 'The wiki is not able to sign people in right now.');
  }
  const answer = parseJson(body);
  const [key, secret] = [textOf(answer, 'key'), textOf(answer, 'secret')];
  if (key !== undefined && secret !== undefined) return { key, secret };
  const code = textOf(answer, 'error');
  if (code !== undefined) {
    throw new RefusedError(code, `The wiki refused the sign-in: ${plain(textOf(answer, 'message') ?? code)}`);
  }
  throw new TemporaryError(
    'unexpected-answer',
    'The wiki gave an answer to the sign-in that cannot be read.',
  );
}
