import type { Request } from 'express';

declare module 'express-serve-static-core' {
  interface Request {
    /** Names this request in its answer and in the log. */
    requestId?: string;
  }
}

/** The request's id; one that never met the middleware (malformed HTTP) has none. */
export const requestIdOf = (request: Request): string => request.requestId ?? 'unknown';

/** The signed-in person's id, or null. */
export const useridOf = (request: Request): string | null => request.session?.user?.userid ?? null;
