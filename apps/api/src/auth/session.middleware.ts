import { SessionRepository } from '#app/persistence';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import expressSession from 'express-session';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { hkdfSync, randomBytes } from 'node:crypto';
import { ApiConfig } from '../api.config.js';
import { SessionStore } from './session.store.js';

/**
 * Over https the name makes browsers refuse it from anybody but this very host, for all paths and by https alone.
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
 */
export const sessionCookie = (isSecure: boolean): string =>
  isSecure ? '__Host-curator_session' : 'curator_session';

const HOUR_MS = 3_600_000;

/**
 * Keys for the signature that express-session wants on its cookie: made from the encryption keys, so that all
 * processes agree and a rotated key keeps people signed in. The token itself is what cannot be guessed.
 */
export const cookieSecrets = (tokenEncryptionKeys: string): string[] =>
  tokenEncryptionKeys
    .split(',')
    .map((pair) =>
      Buffer.from(hkdfSync('sha256', pair.trim(), '', 'curator session cookie', 32)).toString('hex'),
    );

/** Loads the session of a request. A session without content is neither stored nor given a cookie. */
@Injectable()
export class SessionMiddleware implements NestMiddleware {
  private readonly load: RequestHandler;
  private readonly isSecure: boolean;

  constructor(config: ApiConfig, sessions: SessionRepository) {
    this.isSecure = config.publicUrl.startsWith('https:');
    this.load = expressSession({
      name: sessionCookie(this.isSecure),
      secret: cookieSecrets(config.tokenEncryptionKeys),
      store: new SessionStore(sessions),
      genid: () => randomBytes(32).toString('base64url'),
      resave: false,
      saveUninitialized: false,
      cookie: {
        httpOnly: true,
        sameSite: 'lax',
        secure: this.isSecure,
        path: '/',
        maxAge: config.sessionTtlHours * HOUR_MS,
      },
    });
  }

  use(request: Request, response: Response, next: NextFunction): void {
    // express-session withholds a Secure cookie from what looks like plain HTTP. Where people come by https there is
    // always a proxy in front, whether or not its headers are trusted.
    if (this.isSecure) Object.defineProperty(request, 'secure', { value: true });
    this.load(request, response, next);
  }
}
