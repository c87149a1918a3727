import type { Request } from 'express';
import { bearerOf } from '../auth/bearer-of.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Names this request in its answer and in the log. */
    requestId?: string;
  }
}

/** The request's id; one that never met the middleware (malformed HTTP) has none. */
export const requestIdOf = (request: Request): string => request.requestId ?? 'unknown';

/** The signed-in person's id, or null. Who comes with an API token is who it belongs to, whatever their cookie says. */
export const useridOf = (request: Request): string | null =>
  request.signedInUser?.userid ??
  (bearerOf(request) === null ? (request.session?.user?.userid ?? null) : null);
