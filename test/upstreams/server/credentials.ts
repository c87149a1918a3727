import type { Incoming } from './receive.js';

const PARAMS = new Set([
  'token',
  'access_token',
  'api_key',
  'oauth_token',
  'oauth_signature',
  'oauth_verifier',
]);
/** Anything shorter, such as the CSRF token of nobody, gives nobody away. */
const SHORTEST = 8;

const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** The values of OAuth's parameters or of whatever else a header has, as they stand and decoded. */
function valuesOf(header: string): string[] {
  const quoted = [...header.matchAll(/(\w+)="([^"]*)"/g)].flatMap(([, name = '', value = '']) =>
    PARAMS.has(name) ? [value, decoded(value)] : [],
  );
  return quoted.length > 0 ? quoted : [header.replace(/^\w+ /, '')];
}

/** By what a request shows who it is from. */
export function credentialsOf({ headers, params }: Incoming): string[] {
  const { authorization, cookie } = headers;
  return [
    ...(authorization === undefined ? [] : valuesOf(authorization)),
    ...(cookie ?? '').split('; ').map((pair) => pair.slice(pair.indexOf('=') + 1)),
    ...Object.entries(params).flatMap(([name, value]) => (PARAMS.has(name) ? [value] : [])),
  ].filter(({ length }) => length >= SHORTEST);
}

/** All that came with a request, in one text. */
export const echoOf = ({ method, path, headers, params }: Incoming): string =>
  `${method} ${path} ${JSON.stringify(headers)} ${new URLSearchParams(params).toString()}`;
