import { ApiTokenRepository } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Injectable } from '@nestjs/common';
import type { SignedInUser } from '../auth/signed-in-user.js';
import type { CreateApiTokenDto, CreatedApiTokenDto } from './api-token.dto.js';
import { toApiTokenDto } from './to-api-token-dto.js';

/** More than anybody's scripts need. */
const MAX_TOKENS = 50;
const DAY_MS = 86_400_000;

/** Gives a person a token of their own. */
@Injectable()
export class CreateApiToken {
  constructor(private readonly tokens: ApiTokenRepository) {}

  /** @throws DomainError FORBIDDEN for the scope `admin` unless an administrator asks, TOKEN_CONFLICT for too many */
  async execute(user: SignedInUser, wanted: CreateApiTokenDto): Promise<CreatedApiTokenDto> {
    if (wanted.scopes.includes('admin') && !user.isAdmin) {
      throw new DomainError('FORBIDDEN', 'Only administrators may have tokens with the scope "admin".');
    }
    const { expires_in_days: days } = wanted;
    const { token, secret } = await this.tokens.create(
      {
        userid: user.userid,
        name: wanted.name.trim(),
        scopes: wanted.scopes,
        expiresAt: days === undefined ? null : new Date(Date.now() + days * DAY_MS),
      },
      MAX_TOKENS,
    );
    return { ...toApiTokenDto(token), token: secret };
  }
}
