import type { Database } from '../database/database.js';
import { CREDENTIALS } from '../storages/credentials.js';
import * as statements from './statements.js';
import { SEALED_COLUMNS, type SealedColumn } from './statements.js';
import { SealedTokenError, type SealableToken, type TokenVault } from './token-vault.js';

/** How many texts of a column one key has sealed. */
export interface KeyUse {
  readonly column: SealedColumn;
  readonly keyId: string;
  readonly sealed: number;
}

export interface RewrapResult {
  /** Rows that are sealed with the newest key now. */
  rewrapped: number;
  /** Rows that no configured key opens; they stay as they are. */
  unreadable: number;
}

interface OldText {
  owner: string | number;
  sealed: string;
}

interface OldUpload {
  id: number;
  userid: string;
  sealed: string;
}

/** Rows of a table that are looked at by one statement. */
const BATCH = 500;
const UPLOADS_WINDOW = 5_000;
/** Processes that seal with an older key, or copy what it sealed, may add rows meanwhile. */
const MAX_PASSES = 5;

function groupByText(rows: readonly OldUpload[]): OldUpload[][] {
  const groups = new Map<string, OldUpload[]>();
  for (const row of rows) {
    const name = `${row.userid} ${row.sealed}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()];
}

const isSame = (a: SealableToken, b: SealableToken): boolean => a.key === b.key && a.secret === b.secret;

/**
 * Seals with the newest key what older ones have sealed, in small batches, beside processes that run. Every change says what
 * it replaces, so that a sign-in or sign-out meanwhile stands. Stopped at any point it has done part, and goes on when it is
 * run again.
 */
export class TokenRewrap {
  constructor(
    private readonly database: Database,
    private readonly vault: TokenVault,
  ) {}

  async count(): Promise<KeyUse[]> {
    const uses: KeyUse[] = [];
    for (const column of SEALED_COLUMNS) {
      const rows = await this.database.rows<{ key_id: string; sealed: number }>(
        statements.COUNT_BY_KEY[column],
      );
      for (const { key_id: keyId, sealed } of rows) uses.push({ column, keyId, sealed });
    }
    return uses;
  }

  async run(signal?: AbortSignal): Promise<RewrapResult> {
    const result = { rewrapped: 0, unreadable: 0 };
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const { rewrapped, unreadable } = await this.pass(signal);
      result.rewrapped += rewrapped;
      result.unreadable = unreadable;
      if (rewrapped === 0) break;
    }
    return result;
  }

  private async pass(signal: AbortSignal | undefined): Promise<RewrapResult> {
    const parts = [
      // People first: their uploads get the very text that they have, by which processes tell that it is the same token.
      await this.passOwners('', statements.LIST_OLD_USERS, statements.RESEAL_USER, undefined, signal),
      await this.passUploads(signal),
      await this.passOwners(0, statements.LIST_OLD_STORAGES, statements.RESEAL_STORAGE, CREDENTIALS, signal),
    ];
    return {
      rewrapped: parts.reduce((sum, part) => sum + part.rewrapped, 0),
      unreadable: parts.reduce((sum, part) => sum + part.unreadable, 0),
    };
  }

  private async passOwners(
    first: string | number,
    list: string,
    reseal: string,
    purpose: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<RewrapResult> {
    const result = { rewrapped: 0, unreadable: 0 };
    for (let after = first; ;) {
      signal?.throwIfAborted();
      const rows = await this.database.rows<OldText>(list, [after, this.vault.sealingKeyId, BATCH]);
      for (const { owner, sealed } of rows) {
        const token = this.tryOpen(sealed, String(owner), purpose);
        if (token === null) result.unreadable += 1;
        else {
          const newer = this.vault.seal(token, String(owner), purpose);
          result.rewrapped += await this.database.change(reseal, [newer, owner, sealed]);
        }
      }
      const last = rows.at(-1);
      if (last === undefined) return result;
      after = last.owner;
    }
  }

  private async passUploads(signal: AbortSignal | undefined): Promise<RewrapResult> {
    const result = { rewrapped: 0, unreadable: 0 };
    const [end] = await this.database.rows<{ id: number }>(statements.LAST_UPLOAD);
    for (let first = 1; first <= (end?.id ?? 0); first += UPLOADS_WINDOW) {
      signal?.throwIfAborted();
      const values = [first, first + UPLOADS_WINDOW - 1, this.vault.sealingKeyId];
      const rows = await this.database.rows<OldUpload>(statements.LIST_OLD_UPLOADS, values);
      for (const group of groupByText(rows)) await this.resealUploads(group, result);
    }
    return result;
  }

  private async resealUploads(group: readonly OldUpload[], result: RewrapResult): Promise<void> {
    const [one] = group;
    if (one === undefined) return;
    const token = this.tryOpen(one.sealed, one.userid);
    if (token === null) {
      result.unreadable += group.length;
      return;
    }
    const newer = await this.textFor(one.userid, token);
    const ids = group.map(({ id }) => id);
    for (let start = 0; start < ids.length; start += BATCH) {
      const values = [newer, ids.slice(start, start + BATCH), one.sealed];
      result.rewrapped += await this.database.change(statements.RESEAL_UPLOADS, values);
    }
  }

  /** What the person's own row has, where that is the same token. */
  private async textFor(userid: string, token: SealableToken): Promise<string> {
    const [row] = await this.database.rows<{ sealed: string | null }>(statements.FIND_TOKEN_OF, [userid]);
    const own = row?.sealed ?? null;
    const known = own !== null && this.vault.isNewest(own) ? this.tryOpen(own, userid) : null;
    return own !== null && known !== null && isSame(known, token) ? own : this.vault.seal(token, userid);
  }

  private tryOpen(sealed: string, owner: string, purpose?: string): SealableToken | null {
    try {
      return this.vault.open(sealed, owner, purpose);
    } catch (error) {
      if (error instanceof SealedTokenError) return null;
      throw error;
    }
  }
}
