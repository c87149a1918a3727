import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { renderError } from '../http/render-error.js';

const CLOSE_WITHIN_MS = 2_000;

/** Answers an upgrade request with an ordinary HTTP error in the shape of every other one, and closes. */
export const refuseUpgrade = (socket: Duplex, error: unknown): void => {
  const { status, headers, body } = renderError(error, { requestId: randomUUID(), userid: null });
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  // The peer may keep its half open for ever, and need not read the answer either.
  const timer = setTimeout(() => socket.destroy(), CLOSE_WITHIN_MS).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
  socket.resume();
};
