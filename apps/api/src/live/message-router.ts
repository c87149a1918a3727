import { Injectable } from '@nestjs/common';
import { MESSAGE_SCOPES, type ClientMessageOf, type ClientMessageType } from '#app/protocol';
import { requireScope } from '../auth/required-scope.js';
import { UploadMessages } from '../batches/upload-messages.js';
import { CategoryMessages } from '../categories/category-messages.js';
import { CollectionMessages } from '../collections/collection-messages.js';
import { ImportMessages } from '../imports/import-messages.js';
import { PresetMessages } from '../presets/preset-messages.js';
import type { Connection } from './connection.js';
import type { HandlersOf } from './handlers.js';
import { inTurn } from './limits/costly-messages.js';
import { LiveMessages } from './live-messages.js';

/** Every message has exactly one handler: leaving one out does not compile. */
@Injectable()
export class MessageRouter {
  private readonly handlers: HandlersOf<ClientMessageType>;

  constructor(
    private readonly live: LiveMessages,
    collections: CollectionMessages,
    uploads: UploadMessages,
    presets: PresetMessages,
    categories: CategoryMessages,
    imports: ImportMessages,
  ) {
    this.handlers = {
      ...live.handlers,
      ...collections.handlers,
      ...uploads.handlers,
      ...presets.handlers,
      ...categories.handlers,
      ...imports.handlers,
    };
  }

  async route<T extends ClientMessageType>(
    message: ClientMessageOf<T> & { readonly type: T },
    connection: Connection,
  ): Promise<void> {
    requireScope(connection.person, MESSAGE_SCOPES[message.type]);
    const handler = this.handlers[message.type];
    await inTurn(message.type, connection, () => handler(message, connection));
  }

  /** A connection is gone. */
  release(connection: Connection): void {
    this.live.release(connection);
  }
}
