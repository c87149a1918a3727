import { addToContext, inSpan } from '#app/observability';
import type { ClientMessage } from '#app/protocol';
import { Logger } from '@nestjs/common';

const logger = new Logger('WebSocket');

/** Messages whose data is the id of a batch. */
const ABOUT_BATCHES: ReadonlySet<string> = new Set<ClientMessage['type']>([
  'FETCH_BATCH_UPLOADS',
  'RETRY_UPLOADS',
  'CANCEL_BATCH',
  'PAUSE_BATCH',
  'RESUME_BATCH',
  'SUBSCRIBE_BATCH',
  'SUBSCRIBE_SCHEDULE',
  'SUBSCRIBE_PROGRESS',
]);

/** The batch that a message is about. */
function batchOf(message: ClientMessage): number | null {
  if (message.type === 'UPLOAD_SLICE') return message.data.batchid;
  return 'data' in message && typeof message.data === 'number' && ABOUT_BATCHES.has(message.type)
    ? message.data
    : null;
}

/** Answers a message, naming its batch in all that is logged meanwhile, and logs one line that says how long it took. */
export async function answerInContext(message: ClientMessage, answer: () => Promise<void>): Promise<void> {
  const batch = batchOf(message);
  if (batch !== null) addToContext({ batch_id: batch });
  await inSpan(`WebSocket ${message.type}`, { kind: 'server' }, async () => {
    const startedAt = performance.now();
    try {
      await answer();
    } finally {
      logger.debug({ message: message.type, ms: Math.round(performance.now() - startedAt) });
    }
  });
}
