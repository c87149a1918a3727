import { describe, expect, it } from '@jest/globals';
import type { ClientMessageOf, ClientMessageType, ServerMessageOf, ServerMessageType } from '#app/protocol';
import type { ClientMessages, ServerMessages } from './messages.js';

/** True where each can stand for the other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Unlike<A, B> = {
  [T in keyof A & keyof B]: Same<A[T], B[T]> extends true ? never : T;
}[keyof A & keyof B];

type OurServerMessages = { [T in ServerMessageType]: ServerMessageOf<T> };
type TheirServerMessages = { [T in keyof ServerMessages]: Omit<ServerMessages[T], 'nonce'> };
/** What a server reads out of a frame: ids are numbers by then, and absent pages have their defaults. */
type OurClientMessages = { [T in ClientMessageType]: ClientMessageOf<T> };

/** Does not compile unless nothing is left. */
const nothing = <T extends never>(): T[] => [];

describe('the types that clients install', () => {
  it('are those of the server’s own classes', () => {
    const unlike = [
      nothing<Unlike<OurServerMessages, TheirServerMessages>>(),
      nothing<Exclude<keyof OurServerMessages, keyof ServerMessages>>(),
      nothing<Exclude<keyof ServerMessages, keyof OurServerMessages>>(),
      nothing<Exclude<keyof OurClientMessages, keyof ClientMessages>>(),
      nothing<Exclude<keyof ClientMessages, keyof OurClientMessages>>(),
      // A message that the server has read is one that a client may send.
      nothing<
        {
          [T in ClientMessageType]: OurClientMessages[T] extends ClientMessages[T] ? never : T;
        }[ClientMessageType]
      >(),
    ];
    expect(unlike.flat()).toEqual([]);
  });
});
