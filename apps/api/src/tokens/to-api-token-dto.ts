import type { ApiToken } from '#app/persistence';
import type { ApiTokenDto } from './api-token.dto.js';

export const toApiTokenDto = (token: ApiToken): ApiTokenDto => ({
  id: token.id,
  name: token.name,
  hint: token.hint,
  scopes: token.scopes,
  created_at: token.createdAt.toISOString(),
  ...(token.expiresAt !== null && { expires_at: token.expiresAt.toISOString() }),
  ...(token.lastUsedAt !== null && { last_used_at: token.lastUsedAt.toISOString() }),
});
