/** A string, kept whole so that digits inside it are left alone, or a number. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const isUnsafeInteger = (token: string): boolean =>
  /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token));

/**
 * JSON.parse that gives whole numbers beyond 2^53 as strings of their digits: upstreams' ids have grown past what
 * a JavaScript number holds.
 * @throws SyntaxError
 */
export const parseJson = (text: string): unknown =>
  JSON.parse(text.replace(TOKEN, (token) => (isUnsafeInteger(token) ? `"${token}"` : token)));
