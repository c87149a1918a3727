import { CuratorError } from './curator-error.js';
import type { ClientMessage } from './generated/messages.js';

/** Larger ones end the connection. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const MOST_BYTES_A_UNIT = 3;

/** @throws CuratorError TOO_LARGE */
export const requireSendable = (message: ClientMessage): void => {
  const text = JSON.stringify(message);
  if (text.length * MOST_BYTES_A_UNIT <= MAX_FRAME_BYTES) return;
  if (new TextEncoder().encode(text).length <= MAX_FRAME_BYTES) return;
  throw new CuratorError('TOO_LARGE', 'The message is larger than 16 MiB.');
};
