import type { AccessToken } from '#app/commons-client';
import { FailedAttempts, type GrowingWait } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Injectable } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiConfig } from '../api.config.js';
import { addressOf } from '../http/client-address.js';

/** The configured account for automation. */
export interface ServiceUser {
  readonly username: string;
  readonly token: AccessToken;
}

const HOUR_MS = 3_600_000;
const WRONG_KEYS: Omit<GrowingWait, 'free'> = {
  firstMs: 1_000,
  longestMs: HOUR_MS,
  forgetMs: 24 * HOUR_MS,
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes the time of the longer text whatever they have in common. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** Tells who knows the key of the service user, and slows down who guesses. */
@Injectable()
export class ServiceKey {
  constructor(
    private readonly config: ApiConfig,
    private readonly attempts: FailedAttempts,
  ) {}

  /**
   * @returns who signs in by this key
   * @throws DomainError VALIDATION_FAILED without a key, NOT_CONFIGURED, UNAUTHENTICATED for a wrong key, RATE_LIMITED for
   * any key after too many wrong ones from this address, NOT_READY while these cannot be counted
   */
  async check(apiKey: string | undefined, request: IncomingMessage): Promise<ServiceUser> {
    if (!apiKey) throw new DomainError('VALIDATION_FAILED', 'The header X-API-KEY is missing.');
    const { serviceUsername, serviceApiKey, serviceAccessKey, serviceAccessSecret } = this.config;
    if (!serviceUsername || !serviceApiKey || !serviceAccessKey || !serviceAccessSecret) {
      throw new DomainError('NOT_CONFIGURED', 'No service user is configured.');
    }
    const isRight = isSame(apiKey, serviceApiKey);
    await this.settle(isRight, addressOf(request, this.config.trustProxy));
    if (!isRight) throw new DomainError('UNAUTHENTICATED', 'The API key is wrong.');
    return {
      username: serviceUsername.replaceAll('_', ' '),
      token: { key: serviceAccessKey, secret: serviceAccessSecret },
    };
  }

  private async settle(isRight: boolean, address: string): Promise<void> {
    const wait = { ...WRONG_KEYS, free: this.config.wrongKeyTries };
    const waitMs = await this.attempts.settle(`key:${address}`, isRight, wait).catch((cause: unknown) => {
      const message = 'The key cannot be checked right now. Please try again.';
      throw new DomainError('NOT_READY', message, undefined, { cause });
    });
    if (waitMs > 0) {
      throw new DomainError('RATE_LIMITED', 'Too many wrong keys from this address.', {
        retry_after_seconds: Math.ceil(waitMs / 1000),
      });
    }
  }
}
