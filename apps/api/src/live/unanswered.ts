import type { ClientMessage } from '#app/protocol';
import type { Connection } from './connection.js';
import type { MessageRouter } from './message-router.js';

type Router = Pick<MessageRouter, 'route'>;

/** Knows which clients wait for an answer, so that none is sent away before it has come. */
export class Unanswered implements Router {
  private readonly running = new Map<Connection, Set<Promise<void>>>();

  constructor(private readonly router: Router) {}

  async route(message: ClientMessage, connection: Connection): Promise<void> {
    const answers = this.running.get(connection) ?? new Set();
    this.running.set(connection, answers);
    const answer = this.router.route(message, connection);
    answers.add(answer);
    try {
      await answer;
    } finally {
      answers.delete(answer);
      if (answers.size === 0) this.running.delete(connection);
    }
  }

  /** Resolves when nothing of this client is under way. What came after is answered as well if that is at once. */
  async whenAnswered(connection: Connection): Promise<void> {
    for (let answers = this.running.get(connection); answers; answers = this.running.get(connection)) {
      await Promise.allSettled(answers);
      // Whoever routed the message sends the error first, and takes the next one that waits.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
