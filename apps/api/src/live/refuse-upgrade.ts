import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { renderError } from '../http/render-error.js';

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
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
};
