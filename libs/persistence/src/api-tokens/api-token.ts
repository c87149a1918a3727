import type { TokenScope } from '#app/protocol';

export interface ApiToken {
  id: number;
  userid: string;
  name: string;
  /** How the token begins. */
  hint: string;
  scopes: TokenScope[];
  createdAt: Date;
  /** Null: never. */
  expiresAt: Date | null;
  /** To the minute; null until it is used. */
  lastUsedAt: Date | null;
}

/** A token that may be used, with whose it is. */
export interface LiveApiToken extends ApiToken {
  username: string;
  /** SHA-256 of the token, as announced when it ends. */
  hash: string;
}

export const API_TOKEN_ORDERS = ['created_at', 'name', 'last_used_at'] as const;
export type ApiTokenOrder = (typeof API_TOKEN_ORDERS)[number];
