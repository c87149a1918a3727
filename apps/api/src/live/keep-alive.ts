import type { WebSocket } from 'ws';

/**
 * Pings every socket and ends those that have not answered the ping before: the client itself sends nothing to keep
 * its connection alive.
 * @returns ends the pinging
 */
export const keepAlive = (sockets: ReadonlySet<WebSocket>, intervalMs: number): (() => void) => {
  const unanswered = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (unanswered.has(socket)) {
        socket.terminate();
        continue;
      }
      unanswered.add(socket);
      socket.once('pong', () => unanswered.delete(socket));
      socket.ping();
    }
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
};
