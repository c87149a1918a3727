import { isPlainObject, readObject, REFUSED, type MessageClass } from './field-readers.js';
import { CLIENT_MESSAGES, type ClientMessage, type ClientMessageType } from './message-tables.js';

export type ParsedFrame =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly reason: 'Invalid message format' | 'Unknown action' };

const INVALID: ParsedFrame = { ok: false, reason: 'Invalid message format' };

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const isClientMessageType = (type: string): type is ClientMessageType => Object.hasOwn(CLIENT_MESSAGES, type);

/** Reads one frame of a client, see readObject. */
export const parseClientFrame = (frame: string | Buffer): ParsedFrame => {
  const plain = parseJson(frame.toString());
  if (!isPlainObject(plain) || typeof plain['type'] !== 'string') return INVALID;
  const { type } = plain;
  if (!isClientMessageType(type)) return { ok: false, reason: 'Unknown action' };
  const messageClass: MessageClass<ClientMessage> = CLIENT_MESSAGES[type].message;
  const message = readObject(messageClass, plain);
  return message === REFUSED ? INVALID : { ok: true, message };
};
