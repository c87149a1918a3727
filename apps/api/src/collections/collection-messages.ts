import { Injectable } from '@nestjs/common';
import type { ClientMessageOf } from '#app/protocol';
import type { Connection } from '../live/connection.js';
import type { HandlersOf } from '../live/handlers.js';
import { reportError } from '../live/report-error.js';
import { FetchImages } from './fetch-images.js';

/** Messages about collections. A connection opens one collection at a time: a new one ends the one before. */
@Injectable()
export class CollectionMessages {
  readonly handlers: HandlersOf<'FETCH_IMAGES'> = {
    FETCH_IMAGES: (message, connection) => this.open(message, connection),
  };

  private readonly opening = new WeakMap<Connection, AbortController>();

  constructor(private readonly fetchImages: FetchImages) {}

  /** Returns at once: other messages of the client are answered while its images arrive. */
  private open(message: ClientMessageOf<'FETCH_IMAGES'>, connection: Connection): void {
    this.opening.get(connection)?.abort();
    const replaced = new AbortController();
    this.opening.set(connection, replaced);
    const signal = AbortSignal.any([connection.closed, replaced.signal]);
    connection.owe(connection.collections(() => this.stream(message, connection, signal)));
  }

  private async stream(
    { data, handler, type }: ClientMessageOf<'FETCH_IMAGES'>,
    connection: Connection,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    try {
      for await (const message of this.fetchImages.execute(data, handler, {
        user: connection.person,
        signal,
      })) {
        await connection.ready();
        if (signal.aborted) return;
        connection.send(message);
      }
    } catch (error) {
      if (!signal.aborted) reportError(connection, error, type);
    }
  }
}
