import type { Request, Response } from 'express';
import { toError } from '../http/to-error.js';
import { sessionCookie } from './session.middleware.js';
import type { SessionPerson } from './signed-in-user.js';

const settle = (call: (done: (error?: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    // express-session passes null or undefined where nothing went wrong.
    call((error) => (error ? reject(toError(error)) : resolve()));
  });

/** Gives the person a session under a new token; what the browser held before is worth nothing afterwards. */
export async function startSession(request: Request, person: SessionPerson): Promise<void> {
  await settle((done) => request.session.regenerate(done));
  request.session.user = person;
  await settle((done) => request.session.save(done));
}

export async function endSession(request: Request, response: Response): Promise<void> {
  const secure = request.session.cookie.secure === true;
  await settle((done) => request.session.destroy(done));
  // Browsers take nothing for a cookie of this name that has not all of its attributes, not even its end.
  response.clearCookie(sessionCookie(secure), { path: '/', secure, httpOnly: true, sameSite: 'lax' });
}
