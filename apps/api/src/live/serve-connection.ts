import { parseClientFrame } from '#app/protocol';
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { inRequest } from '../http/request-context.js';
import { CLOSE_CODES } from './close-codes.js';
import { answerInContext } from './answer-in-context.js';
import type { Connection } from './connection.js';
import type { Pace } from './limits/message-pace.js';
import type { MessageRouter } from './message-router.js';
import { reportError } from './report-error.js';

/** As much of one client may wait for its turn before its socket is read no further. */
const MAX_WAITING_FRAMES = 32;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** Messages that may be refused in a row before the connection is. */
const MAX_REFUSED = 100;

const toBuffer = (data: Buffer | ArrayBuffer | Buffer[]): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);

const unpaced: Pace = () => Promise.resolve({ refusedForMs: 0 });

/** What has come from a client and is not answered. */
export interface Inbox {
  /** Bytes of whole messages. */
  readonly waitingBytes: number;
}

/** Answers the frames of one client in the order in which they came, one after the other, and no faster than it reads. */
export const serveConnection = (
  socket: WebSocket,
  connection: Connection,
  router: Pick<MessageRouter, 'route'>,
  pace: Pace = unpaced,
): Inbox => {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let busy = false;
  let refused = 0;
  const sender = { connection_id: connection.id, userid: connection.person.userid };

  const refuse = (waitMs: number): void => {
    refused += 1;
    if (refused > MAX_REFUSED) {
      return connection.close(CLOSE_CODES.policyViolation, 'Too many messages');
    }
    const seconds = Math.ceil(waitMs / 1_000);
    connection.send({
      type: 'ERROR',
      data: `You are sending too many messages. Please wait ${seconds} s and send this one again.`,
    });
  };

  const answer = async (frame: Buffer): Promise<void> => {
    const { refusedForMs } = await pace(frame.length, connection.closed);
    if (connection.closed.aborted) return;
    if (refusedForMs > 0) return refuse(refusedForMs);
    refused = 0;
    const parsed = parseClientFrame(frame);
    connection.noteReceived(parsed.ok ? parsed.message.type : '');
    if (!parsed.ok) return connection.send({ type: 'ERROR', data: parsed.reason });
    try {
      await answerInContext(parsed.message, () => router.route(parsed.message, connection));
    } catch (error) {
      reportError(connection, error, parsed.message.type);
    }
  };

  const work = async (): Promise<void> => {
    busy = true;
    for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) {
      await connection.ready();
      if (connection.closed.aborted) break;
      const taken = frame;
      await inRequest(randomUUID(), () => answer(taken), sender);
      waitingBytes -= taken.length;
      if (waiting.length === 0 && socket.isPaused) socket.resume();
    }
    busy = false;
  };

  socket.on('message', (data) => {
    const frame = toBuffer(data);
    waiting.push(frame);
    waitingBytes += frame.length;
    if (waiting.length >= MAX_WAITING_FRAMES || waitingBytes >= MAX_WAITING_BYTES) socket.pause();
    if (!busy) connection.owe(work());
  });
  return {
    get waitingBytes() {
      return waitingBytes;
    },
  };
};
