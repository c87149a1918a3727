import type { IncomingMessage } from 'node:http';

const BEARER = /^bearer +(\S+) *$/i;

/** The credentials of `Authorization: Bearer`; null where the header is absent or of another kind. */
export const bearerOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | null => {
  const { authorization } = headers;
  if (authorization === undefined || !/^bearer\b/i.test(authorization)) return null;
  return BEARER.exec(authorization)?.[1] ?? '';
};
