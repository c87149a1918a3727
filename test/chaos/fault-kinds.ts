import type { Fault, FaultSubject, UpstreamName } from '../upstreams/index.js';

/** A way in which an upstream misbehaves. */
export interface FaultKind {
  readonly name: string;
  readonly upstream: UpstreamName;
  /** How often it is chosen, beside the others that fit the same request. */
  readonly weight: number;
  readonly fits: (subject: FaultSubject) => boolean;
  readonly fault: Fault;
  /** How many requests about the same thing it hits in a row. Default 1. */
  readonly burst?: number;
  /**
   * Set for what can never succeed: every later request of this step about the same thing is answered so too, and the upload
   * has to end `failed` with a message that contains this.
   */
  readonly ends?: string;
  /** Each thing is hit once at most by all kinds of a group: the table counts how often they may come. */
  readonly group?: string;
  /** Hits the first request about a thing or none: what was there once does not go. */
  readonly firstOnly?: boolean;
}

const HTML =
  '<!DOCTYPE html>\n<html lang="en"><head><title>Wikimedia Error</title></head><body>Error</body></html>';
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

export const jsonAnswer = (body: unknown): Fault => ({
  answer: { headers: JSON_TYPE, body: JSON.stringify(body) },
});
export const page = (status: number, headers: Record<string, string> = {}): Fault => ({
  answer: { status, headers, body: HTML },
});
export const apiError = (code: string, info: string, data?: Record<string, unknown>): Fault => ({
  error: { code, info, ...(data === undefined ? {} : { data }) },
});
/** The request takes effect all the same. */
export const applied = (fault: Fault): Fault => ({ ...fault, applied: true });
/** How the wiki refuses a signature, a session or a sign-in. */
export const refusedAuthorization = (why: string): Fault =>
  apiError(
    'mwoauth-invalid-authorization',
    `The authorization headers in your request are not valid: ${why}`,
  );
