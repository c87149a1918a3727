import { parseClientFrame } from '#app/protocol';
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { inRequest } from '../http/request-context.js';
import type { Connection } from './connection.js';
import type { MessageRouter } from './message-router.js';
import { reportError } from './report-error.js';

/** As much of one client may wait for its turn before its socket is read no further. */
const MAX_WAITING_FRAMES = 32;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

const toBuffer = (data: Buffer | ArrayBuffer | Buffer[]): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);

/** Answers the frames of one client in the order in which they came, one after the other. */
export const serveConnection = (
  socket: WebSocket,
  connection: Connection,
  router: Pick<MessageRouter, 'route'>,
): void => {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let busy = false;

  const answer = async (frame: Buffer): Promise<void> => {
    const parsed = parseClientFrame(frame);
    if (!parsed.ok) return connection.send({ type: 'ERROR', data: parsed.reason });
    try {
      await router.route(parsed.message, connection);
    } catch (error) {
      reportError(connection, error, parsed.message.type);
    }
  };

  const work = async (): Promise<void> => {
    busy = true;
    for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) {
      if (connection.closed.aborted) break;
      waitingBytes -= frame.length;
      await inRequest(randomUUID(), () => answer(frame));
      if (waiting.length === 0 && socket.isPaused) socket.resume();
    }
    busy = false;
  };

  socket.on('message', (data) => {
    const frame = toBuffer(data);
    waiting.push(frame);
    waitingBytes += frame.length;
    if (waiting.length >= MAX_WAITING_FRAMES || waitingBytes >= MAX_WAITING_BYTES) socket.pause();
    if (!busy) void work();
  });
};
