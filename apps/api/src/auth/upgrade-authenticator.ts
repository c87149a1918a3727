import { Injectable } from '@nestjs/common';
import { SessionRepository } from '#app/persistence';
import type { Request, Response } from 'express';
import { ServerResponse, type IncomingMessage } from 'node:http';
import { toError } from '../http/to-error.js';
import { Administrators } from './administrators.js';
import { BearerTokens } from './bearer-tokens.js';
import { SessionMiddleware } from './session.middleware.js';
import { toSignedInUser, type SignedInUser } from './signed-in-user.js';

/** The person behind a WebSocket, and which of their sessions or API tokens opened it. */
export interface SocketUser extends SignedInUser {
  /** SHA-256 of the session's or API token, as announced when it ends. */
  readonly sessionHash: string;
}

/** Tells whose session or API token a WebSocket's upgrade request carries. */
@Injectable()
export class UpgradeAuthenticator {
  constructor(
    private readonly administrators: Administrators,
    private readonly sessions: SessionRepository,
    private readonly middleware: SessionMiddleware,
    private readonly bearer: BearerTokens,
  ) {}

  /**
   * @returns null without a live session
   * @throws DomainError NOT_READY while sessions cannot be read; UNAUTHENTICATED and RATE_LIMITED for a token that is not valid
   */
  async authenticate(upgrade: IncomingMessage): Promise<SocketUser | null> {
    const caller = await this.bearer.authenticate(upgrade);
    return caller === null ? this.findSession(upgrade) : { ...caller, sessionHash: caller.token.hash };
  }

  /** Whether what opened the socket has neither ended nor run out. */
  isAlive({ token, sessionHash }: SocketUser): Promise<boolean> {
    return token === undefined ? this.sessions.isAlive(sessionHash) : this.bearer.isAlive(token);
  }

  private async findSession(upgrade: IncomingMessage): Promise<SocketUser | null> {
    const request = upgrade as Request;
    // The middleware sets cookies on a response; an upgrade has none that anybody would see.
    const response = new ServerResponse(upgrade);
    await new Promise<void>((resolve, reject) => {
      this.middleware.use(request, response as Response, (error?: unknown) =>
        error === undefined ? resolve() : reject(toError(error)),
      );
    });
    const person = request.session.user;
    if (person === undefined) return null;
    await this.sessions.touch(request.sessionID);
    const sessionHash = this.sessions.hash(request.sessionID);
    return { ...toSignedInUser(person, this.administrators), sessionHash };
  }
}
