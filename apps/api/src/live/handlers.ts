import type { ClientMessageOf, ClientMessageType } from '#app/protocol';
import type { Connection } from './connection.js';

/** Answers one kind of message; what it throws is told to the client as `ERROR`. */
export type Handler<T extends ClientMessageType> = (
  message: ClientMessageOf<T>,
  connection: Connection,
) => Promise<void> | void;

/** A handler for each of these types. A type nobody handles does not compile where the table is put together. */
export type HandlersOf<T extends ClientMessageType> = { readonly [K in T]: Handler<K> };
