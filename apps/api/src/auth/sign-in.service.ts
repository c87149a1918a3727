import { DomainError } from '#app/protocol';
import type { AccessToken } from '#app/commons-client';
import { ApiTokenRepository, SessionRepository } from '#app/persistence';
import { Injectable } from '@nestjs/common';
import { ApiConfig } from '../api.config.js';
import { findRefusal } from './find-refusal.js';
import { KeepSignIn } from './keep-sign-in.js';
import { MediaWikiOAuth } from './mediawiki-oauth.js';
import type { ServiceUser } from './service-key.js';
import type { SessionPerson } from './signed-in-user.js';

/** Who may use the tool, and with which token they do. */
@Injectable()
export class SignInService {
  constructor(
    private readonly config: ApiConfig,
    private readonly oauth: MediaWikiOAuth,
    private readonly sessions: SessionRepository,
    private readonly apiTokens: ApiTokenRepository,
    private readonly keepSignIn: KeepSignIn,
  ) {}

  /**
   * Verifies whose token this is, and keeps it as that person's newest one.
   * @throws DomainError FORBIDDEN for who may not use the tool; their other sessions and API tokens end
   * @throws TemporaryError @throws RefusedError for faults of the wiki, an identity that does not verify among them
   */
  async admit(token: AccessToken): Promise<SessionPerson> {
    const identity = await this.oauth.identify(token);
    const refusal = findRefusal(identity, this.config);
    if (refusal !== null) {
      await this.apiTokens.deleteAll(identity.userid);
      await this.sessions.endAll(identity.userid);
      throw new DomainError('FORBIDDEN', refusal);
    }
    const person = { userid: identity.userid, username: identity.username };
    await this.keepSignIn.execute(person, token);
    return person;
  }

  /**
   * Signs in the configured service user.
   * @throws DomainError NOT_CONFIGURED for a token of another account @throws TemporaryError @throws RefusedError
   */
  async admitService({ username: expected, token }: ServiceUser): Promise<SessionPerson> {
    const { userid, username } = await this.oauth.identify(token);
    if (username !== expected) {
      throw new DomainError('NOT_CONFIGURED', "The service user's access token belongs to another account.");
    }
    await this.keepSignIn.execute({ userid, username }, token);
    return { userid, username };
  }
}
