import { ApiTokenRepository, FailedAttempts, type AttemptLimit } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { ApiConfig } from '../api.config.js';
import { addressOf } from '../http/client-address.js';
import { Administrators } from './administrators.js';
import { bearerOf } from './bearer-of.js';
import { toSignedInUser, type SignedInUser, type TokenGrant } from './signed-in-user.js';

/** No limit. */
const ANY_NUMBER: AttemptLimit = { max: Number.MAX_SAFE_INTEGER, withinMs: 1_000 };

/** Tells whose API token a request carries. */
@Injectable()
export class BearerTokens {
  private readonly logger = new Logger(BearerTokens.name);
  /** Wrong tokens of one address that are told to be wrong; further ones have to wait for the rest of the time. */
  private readonly wrong: AttemptLimit;

  constructor(
    private readonly config: ApiConfig,
    private readonly tokens: ApiTokenRepository,
    private readonly attempts: FailedAttempts,
    private readonly administrators: Administrators,
  ) {
    const limit = config.wrongTokenLimit;
    this.wrong = limit === null ? ANY_NUMBER : { max: limit.calls, withinMs: limit.seconds * 1_000 };
  }

  /**
   * @returns null when the request carries no token
   * @throws DomainError UNAUTHENTICATED for one that is not valid, RATE_LIMITED instead after too many of those from one
   * address, NOT_READY while that cannot be told
   */
  async authenticate(request: IncomingMessage): Promise<(SignedInUser & { token: TokenGrant }) | null> {
    const secret = bearerOf(request);
    if (secret === null) return null;
    const now = new Date();
    const found = await this.ready(this.tokens.findLive(secret, now));
    // Everybody may have one address, behind a proxy: whoever sends wrong tokens must not keep the others out.
    if (found === null) return this.refuse(`token:${addressOf(request, this.config.trustProxy)}`);
    this.noteUse(found.id, now);
    const { id, scopes, hash, expiresAt } = found;
    const token: TokenGrant = { id, scopes, hash, expiresAt };
    return { ...toSignedInUser(found, this.administrators, token), token };
  }

  /** Whether what a token opened may stay open. */
  isAlive({ hash }: TokenGrant): Promise<boolean> {
    return this.tokens.isAlive(hash, new Date());
  }

  private async refuse(from: string): Promise<never> {
    const waitMs = await this.ready(this.attempts.waitFor(from, this.wrong));
    if (waitMs > 0) {
      throw new DomainError('RATE_LIMITED', 'Too many wrong API tokens from this address.', {
        retry_after_seconds: Math.ceil(waitMs / 1000),
      });
    }
    await this.ready(this.attempts.count(from, this.wrong));
    throw new DomainError('UNAUTHENTICATED', 'This API token is not valid, or not any more.');
  }

  /** Nobody waits for it. */
  private noteUse(id: number, now: Date): void {
    this.tokens.noteUse(id, now).catch((error: unknown) => {
      this.logger.warn(`Could not note the use of API token ${id}: ${String(error)}`);
    });
  }

  private async ready<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (cause) {
      throw new DomainError(
        'NOT_READY',
        'API tokens cannot be checked right now. Please try again.',
        undefined,
        {
          cause,
        },
      );
    }
  }
}
