import type { Database, Sql } from '../database/database.js';
import { addNotification } from '../notifications/notification.repository.js';
import { RENEW_OPEN_TOKENS, RENEW_OWED_TOKENS } from '../uploads/statements.js';
import type { User } from './user.js';

interface UserRow {
  userid: string;
  username: string;
  access_token: string | null;
  token_saved_at: Date | null;
  paused_at: Date | null;
  paused_reason: string | null;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS =
  'userid, username, access_token, token_saved_at, paused_at, paused_reason, created_at, updated_at';

const toUser = (row: UserRow): User => ({
  userid: row.userid,
  username: row.username,
  accessToken: row.access_token,
  tokenSavedAt: row.token_saved_at,
  pausedAt: row.paused_at,
  pausedReason: row.paused_reason,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const TOKEN_REVOKED = 'Your authorization has ended. Please sign in again to go on.';

export interface SignIn {
  userid: string;
  username: string;
  /** Sealed by TokenVault; replaces the one before. */
  encryptedToken: string;
}

/** People who have signed in, each with their newest access token. */
export class UserRepository {
  constructor(private readonly database: Database) {}

  /**
   * Keeps the sign-in and ends a pause of this person. Everything of theirs that is not finished, and what is owed,
   * takes the new token.
   */
  async saveSignIn({ userid, username, encryptedToken }: SignIn): Promise<User> {
    const now = new Date();
    await this.database.transaction(async (sql) => {
      await sql.change(
        `INSERT INTO users (userid, username, access_token, token_saved_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
        ON DUPLICATE KEY UPDATE username = VALUES(username), access_token = VALUES(access_token),
          token_saved_at = VALUES(token_saved_at), paused_at = NULL, paused_reason = NULL, updated_at = VALUES(updated_at)`,
        [userid, username, encryptedToken, now, now, now],
      );
      await sql.change(RENEW_OPEN_TOKENS, [encryptedToken, userid]);
      await sql.change(RENEW_OWED_TOKENS, [encryptedToken, now, userid]);
    });
    const user = await this.find(userid);
    if (!user) throw new Error(`User ${userid} vanished after signing in`);
    return user;
  }

  async find(userid: string): Promise<User | null> {
    const [row] = await this.database.rows<UserRow>(`SELECT ${COLUMNS} FROM users WHERE userid = ?`, [
      userid,
    ]);
    return row ? toUser(row) : null;
  }

  /** The exact name, with its case; the newest sign-in where a name has changed hands. */
  async findByName(username: string): Promise<User | null> {
    const [row] = await this.database.rows<UserRow>(
      `SELECT ${COLUMNS} FROM users WHERE username = ? AND BINARY username = BINARY ? ORDER BY updated_at DESC LIMIT 1`,
      [username, username],
    );
    return row ? toUser(row) : null;
  }

  /** Forgets this token, which was revoked, and tells the person once; a newer one stays. @returns false when it was forgotten */
  revokeToken(userid: string, accessToken: string): Promise<boolean> {
    const now = new Date();
    return this.database.transaction(async (sql) => {
      const changed = await sql.change(
        'UPDATE users SET access_token = NULL, token_saved_at = NULL, updated_at = ? WHERE userid = ? AND access_token = ?',
        [now, userid, accessToken],
      );
      if (changed > 0) await tellToSignIn(sql, userid, TOKEN_REVOKED, now);
      return changed > 0;
    });
  }

  /**
   * Keeps everything queued of this person from being started, until they sign in again, and tells them once.
   * @param used the token with which the wiki refused them, and since when it was used: a newer sign-in is not paused for it
   * @returns false when paused already, or signed in anew
   */
  pause(userid: string, reason: string, used?: { token: string; since: Date }): Promise<boolean> {
    const now = new Date();
    return this.database.transaction(async (sql) => {
      const changed = await sql.change(
        `UPDATE users SET paused_at = ?, paused_reason = ?, updated_at = ? WHERE userid = ? AND paused_at IS NULL
          AND NOT (? AND access_token IS NOT NULL AND access_token <> ? AND token_saved_at > ?)`,
        [now, reason, now, userid, used !== undefined, used?.token ?? '', used?.since ?? now],
      );
      if (changed > 0) {
        await sql.change(
          "UPDATE upload_requests SET dispatched_at = NULL WHERE userid = ? AND status = 'queued' AND dispatched_at IS NOT NULL",
          [userid],
        );
        await tellToSignIn(sql, userid, `Your uploads are paused until you sign in again. ${reason}`, now);
      }
      return changed > 0;
    });
  }
}

async function tellToSignIn(sql: Sql, userid: string, message: string, now: Date): Promise<void> {
  await addNotification(sql, { userid, kind: 'sign-in-needed', message, link: null }, now);
}
