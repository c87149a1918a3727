import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { MAX_LIST_LENGTH } from './fields.js';
import { CLIENT_MESSAGES, type ClientMessage, type ClientMessageType } from './message-tables.js';

export type ParsedFrame =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly reason: 'Invalid message format' | 'Unknown action' };

const INVALID: ParsedFrame = { ok: false, reason: 'Invalid message format' };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const isClientMessageType = (type: string): type is ClientMessageType => Object.hasOwn(CLIENT_MESSAGES, type);

/** Refused before anything is built from it: a 16 MiB frame can hold millions of entries. */
const hasOverlongList = (data: unknown): boolean =>
  isObject(data) &&
  Object.values(data).some((value) => Array.isArray(value) && value.length > MAX_LIST_LENGTH);

/**
 * Reads one frame of a client. Fields that the message does not have are dropped, because clients of several
 * ages send what later or earlier servers understood; fields it has must be right.
 */
export const parseClientFrame = (frame: string | Buffer): ParsedFrame => {
  const plain = parseJson(frame.toString());
  if (!isObject(plain) || typeof plain['type'] !== 'string') return INVALID;
  const { type } = plain;
  if (!isClientMessageType(type)) return { ok: false, reason: 'Unknown action' };
  if (hasOverlongList(plain['data'])) return INVALID;
  const MessageClass: new () => ClientMessage = CLIENT_MESSAGES[type].message;
  const message = plainToInstance(MessageClass, plain, {
    excludeExtraneousValues: true,
    exposeDefaultValues: true,
  });
  return validateSync(message).length === 0 ? { ok: true, message } : INVALID;
};
