import {
  ApiTokenRepository,
  AuditLog,
  SessionRepository,
  UserRepository,
  type SessionInfo,
} from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Injectable } from '@nestjs/common';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { toActor } from './actor.js';

/** The sessions of one person, for administrators. */
@Injectable()
export class EndSessions {
  constructor(
    private readonly users: UserRepository,
    private readonly sessions: SessionRepository,
    private readonly tokens: ApiTokenRepository,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError USER_NOT_FOUND */
  async list(userid: string): Promise<SessionInfo[]> {
    await this.getToken(userid);
    return this.sessions.list(userid);
  }

  /**
   * Signs the person out everywhere: their API tokens end too, their sockets close, and the token with which new uploads
   * would be made is forgotten.
   * @returns how many sessions ended @throws DomainError USER_NOT_FOUND
   */
  async endAll(user: SignedInUser, userid: string): Promise<number> {
    const accessToken = await this.getToken(userid);
    const apiTokens = await this.tokens.deleteAll(userid);
    const ended = await this.sessions.endAll(userid);
    if (accessToken !== null) await this.users.revokeToken(userid, accessToken);
    await this.audit.write(toActor(user), {
      action: 'sessions.end',
      subjectKind: 'user',
      subjectId: userid,
      before: { sessions: ended, apiTokens },
      after: { sessions: 0, apiTokens: 0 },
    });
    return ended;
  }

  private async getToken(userid: string): Promise<string | null> {
    const user = await this.users.find(userid);
    if (user === null) throw new DomainError('USER_NOT_FOUND', `User ${userid} not found`);
    return user.accessToken;
  }
}
