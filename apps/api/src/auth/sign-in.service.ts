import { DomainError } from '#app/protocol';
import type { AccessToken } from '#app/commons-client';
import { ApiTokenRepository, SessionRepository } from '#app/persistence';
import { Injectable } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import { ApiConfig } from '../api.config.js';
import { findRefusal } from './find-refusal.js';
import { KeepSignIn } from './keep-sign-in.js';
import { MediaWikiOAuth } from './mediawiki-oauth.js';
import type { SessionPerson } from './signed-in-user.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes the time of the longer text whatever they have in common. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

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
   * Signs in the one configured service user.
   * @throws DomainError VALIDATION_FAILED without a key, NOT_CONFIGURED, UNAUTHENTICATED for a wrong key
   */
  async admitService(apiKey: string | undefined): Promise<SessionPerson> {
    if (!apiKey) throw new DomainError('VALIDATION_FAILED', 'The header X-API-KEY is missing.');
    const { serviceUsername, serviceApiKey, serviceAccessKey, serviceAccessSecret } = this.config;
    if (!serviceUsername || !serviceApiKey || !serviceAccessKey || !serviceAccessSecret) {
      throw new DomainError('NOT_CONFIGURED', 'No service user is configured.');
    }
    if (!isSame(apiKey, serviceApiKey)) throw new DomainError('UNAUTHENTICATED', 'The API key is wrong.');
    const token = { key: serviceAccessKey, secret: serviceAccessSecret };
    const { userid, username } = await this.oauth.identify(token);
    if (username !== serviceUsername.replaceAll('_', ' ')) {
      throw new DomainError('NOT_CONFIGURED', "The service user's access token belongs to another account.");
    }
    await this.keepSignIn.execute({ userid, username }, token);
    return { userid, username };
  }
}
