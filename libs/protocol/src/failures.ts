import { textScrubber } from './secrets/scrub-text.js';

const scrub = textScrubber();

interface FailureDetails {
  /** Wait this long before the next attempt, as the upstream asked. */
  readonly retryAfterMs?: number;
  /** The byte at which the wiki wants the next chunk of a stashed upload. */
  readonly expectedOffset?: number;
  /** Names of the messages in a Wikibase error, e.g. `actionthrottledtext`. */
  readonly messageNames?: readonly string[];
  readonly cause?: unknown;
}

/** What an upstream says is told to people and kept: secrets of ours that it may repeat are taken out here, once for all. */
abstract class UpstreamFailure extends Error {
  readonly retryAfterMs?: number;
  readonly expectedOffset?: number;
  readonly messageNames: readonly string[];

  constructor(
    readonly code: string,
    message: string,
    details: FailureDetails = {},
  ) {
    super(scrub(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    if (details.expectedOffset !== undefined) this.expectedOffset = details.expectedOffset;
    this.messageNames = details.messageNames ?? [];
  }
}

/** An upstream could not do it now; the same call may succeed later. `code` is the upstream's, or `network`, `timeout`, `http-<status>`. */
export class TemporaryError extends UpstreamFailure {}

/** An upstream will never accept this call. `code` is the upstream's own. */
export class RefusedError extends UpstreamFailure {}
