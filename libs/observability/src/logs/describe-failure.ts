import { inspect } from 'node:util';
import { ConfigurationError, textScrubber } from '#app/protocol';

/** Why a process does not start, for the standard error, where there is no logger yet. */
export const describeFailure = (error: unknown): string =>
  error instanceof ConfigurationError ? error.message : textScrubber()(inspect(error));
