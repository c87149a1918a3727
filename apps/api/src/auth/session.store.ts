import { DomainError } from '#app/protocol';
import type { SessionRepository } from '#app/persistence';
import expressSession, { type SessionData } from 'express-session';

type Done = (error?: unknown) => void;

const unavailable = (cause: unknown): DomainError =>
  new DomainError('NOT_READY', 'Sessions are not available right now. Please try again.', undefined, {
    cause,
  });

function answer<T>(result: Promise<T>, done: (error: unknown, value?: T) => void): void {
  result.then(
    (value) => done(null, value),
    (error: unknown) => done(unavailable(error)),
  );
}

/** Sessions of express-session in Redis, where only the hash of their token is kept. */
export class SessionStore extends expressSession.Store {
  constructor(private readonly sessions: SessionRepository) {
    super();
  }

  override get(token: string, done: (error: unknown, session?: SessionData | null) => void): void {
    answer(
      this.sessions.find(token).then((data) => (data === null ? null : (JSON.parse(data) as SessionData))),
      done,
    );
  }

  override set(token: string, session: SessionData, done: Done = () => {}): void {
    answer(this.sessions.save(token, JSON.stringify(session), session.user?.userid ?? null), done);
  }

  /** The time for signing in does not grow with use. */
  override touch(token: string, session: SessionData, done: Done = () => {}): void {
    if (session.user === undefined) done();
    else answer(this.sessions.touch(token), done);
  }

  override destroy(token: string, done: Done = () => {}): void {
    answer(this.sessions.end(token), done);
  }
}
