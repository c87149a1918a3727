import { DomainError, type TokenScope } from '#app/protocol';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '../database/database.js';
import { fromJson } from '../database/json.js';
import type { LiveUpdates } from '../redis/live-updates.js';
import type { ApiToken, ApiTokenOrder, LiveApiToken } from './api-token.js';
import * as statements from './statements.js';

interface TokenRow {
  id: number;
  userid: string;
  name: string;
  hint: string;
  scopes: string | TokenScope[];
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

const PREFIX = 'cur_';
const SECRET_BYTES = 32;
const FORM = /^cur_[A-Za-z0-9_-]{43}$/;
const HINT_LENGTH = 8;

const toToken = (row: TokenRow): ApiToken => ({
  id: row.id,
  userid: row.userid,
  name: row.name,
  hint: row.hint,
  scopes: fromJson(row.scopes) ?? [],
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
});

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const isSame = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};

export interface NewApiToken {
  userid: string;
  name: string;
  scopes: readonly TokenScope[];
  expiresAt: Date | null;
}

/**
 * API tokens: 256 random bits behind `cur_`, of which only the SHA-256 is kept. Every deletion is announced like the end of
 * a session, so that open sockets can be closed.
 */
export class ApiTokenRepository {
  constructor(
    private readonly database: Database,
    private readonly live: LiveUpdates,
  ) {}

  /**
   * @param max how many a person may have; those that ran out are deleted and do not count
   * @returns `secret`: the token itself, which nobody can read again
   * @throws DomainError TOKEN_CONFLICT when the person has as many already
   */
  async create(
    { userid, name, scopes, expiresAt }: NewApiToken,
    max: number,
  ): Promise<{ token: ApiToken; secret: string }> {
    const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
    const now = new Date();
    const id = await this.database.transaction(async (sql) => {
      await sql.rows(statements.LOCK_OWNER, [userid]);
      await sql.change(statements.DELETE_EXPIRED, [userid, now]);
      const [count] = await sql.rows<{ tokens: number }>(statements.COUNT_TOKENS, [userid]);
      if ((count?.tokens ?? 0) >= max) {
        throw new DomainError('TOKEN_CONFLICT', `You have ${max} API tokens, which is the most; delete one.`);
      }
      return sql.insert(statements.INSERT_TOKEN, [
        userid,
        name,
        hashOf(secret),
        secret.slice(0, HINT_LENGTH),
        JSON.stringify(scopes),
        now,
        expiresAt,
      ]);
    });
    const [row] = await this.database.rows<TokenRow>(statements.FIND_TOKEN, [id, userid]);
    if (!row) throw new Error(`API token ${id} vanished after its creation`);
    return { token: toToken(row), secret };
  }

  /** A person's own, those that ran out as well. @param page from 0 */
  async list({
    userid,
    page,
    size,
    sortby,
    asc,
  }: {
    userid: string;
    page: number;
    size: number;
    sortby: ApiTokenOrder;
    asc: boolean;
  }): Promise<{ items: ApiToken[]; total: number }> {
    const [rows, [count]] = await Promise.all([
      this.database.rows<TokenRow>(statements.listTokens(sortby, asc), [userid, size, page * size]),
      this.database.rows<{ tokens: number }>(statements.COUNT_TOKENS, [userid]),
    ]);
    return { items: rows.map(toToken), total: count?.tokens ?? 0 };
  }

  /** @returns false when this person has no such token */
  async delete(id: number, userid: string): Promise<boolean> {
    const [row] = await this.database.rows<{ token_hash: string }>(statements.FIND_HASH, [id, userid]);
    if (!row || (await this.database.change(statements.DELETE_TOKEN, [id, userid])) === 0) return false;
    await this.live.publishSessionEnd({ userid, session: row.token_hash });
    return true;
  }

  /** Ends all tokens of a person, e.g. because they lost their rights. Sockets close with their sessions. @returns how many */
  deleteAll(userid: string): Promise<number> {
    return this.database.change(statements.DELETE_TOKENS_OF, [userid]);
  }

  /** @returns null for what is no token, was deleted, or has run out */
  async findLive(secret: string, now: Date): Promise<LiveApiToken | null> {
    if (!FORM.test(secret)) return null;
    const hash = hashOf(secret);
    const [row] = await this.database.rows<TokenRow & { username: string; token_hash: string }>(
      statements.FIND_LIVE_TOKEN,
      [hash, now],
    );
    if (!row || !isSame(row.token_hash, hash)) return null;
    return { ...toToken(row), username: row.username, hash };
  }

  /** Does not count as a use. @param hash as in LiveApiToken */
  async isAlive(hash: string, now: Date): Promise<boolean> {
    return (await this.database.rows(statements.FIND_LIVE_TOKEN, [hash, now])).length > 0;
  }

  /** Notes a use, at most once a minute. */
  async noteUse(id: number, now: Date): Promise<void> {
    await this.database.change(statements.NOTE_USE, [now, id, new Date(now.getTime() - 60_000)]);
  }
}
