import { SERVER_MESSAGE_DATA, type ServerMessage } from './generated/messages.js';

export type ReadFrame =
  | { readonly ok: true; readonly message: ServerMessage }
  /** Not of the protocol, or of a later one. */
  | { readonly ok: false; readonly why: string };

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return Number.isSafeInteger(value) ? 'integer' : typeof value;
};

const isKnown = (type: string): type is keyof typeof SERVER_MESSAGE_DATA =>
  Object.hasOwn(SERVER_MESSAGE_DATA, type);

const hasItsData = (value: object): value is ServerMessage => {
  const { type, data } = value as { type?: unknown; data?: unknown };
  return typeof type === 'string' && isKnown(type) && kindOf(data) === SERVER_MESSAGE_DATA[type];
};

/** Reads a frame of the server. Its `type` and the kind of its `data` are looked at, not every field: servers may be newer. */
export const readFrame = (frame: unknown): ReadFrame => {
  if (typeof frame !== 'string') return { ok: false, why: 'The server sent a frame that is not text.' };
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { ok: false, why: 'The server sent a frame that is not JSON.' };
  }
  if (typeof value !== 'object' || value === null) {
    return { ok: false, why: 'The server sent a frame that is not an object.' };
  }
  if (hasItsData(value)) return { ok: true, message: value };
  const { type } = value as { type?: unknown };
  return {
    ok: false,
    why: `The server sent a message of the type ${JSON.stringify(type)} that this client cannot read.`,
  };
};
