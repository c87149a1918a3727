import { inspect } from 'node:util';
import { ConfigurationError } from '#app/protocol';
import { textScrubber } from './scrub-text.js';

/** Why a process does not start, for the standard error, where there is no logger yet. */
export const describeFailure = (error: unknown): string =>
  error instanceof ConfigurationError ? error.message : textScrubber()(inspect(error));
