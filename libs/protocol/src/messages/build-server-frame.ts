import type { ServerMessage } from './message-tables.js';
import { nextNonce } from './nonce.js';

/** In objects an absent value leaves no trace; clients treat optional fields as absent, never as null. */
const dropNull = (_key: string, value: unknown): unknown => (value === null ? undefined : value);

/** The text of one frame. A frame may go to many sockets: what must differ is what one socket gets in a row. */
export const buildServerFrame = (message: ServerMessage): string => {
  const { type, ...rest } = message;
  return JSON.stringify({ type, nonce: nextNonce(), ...rest }, dropNull);
};
