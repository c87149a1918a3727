import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { CommonsApi, type CommonsClient } from '#app/commons-client';
import { TokenVault, UserRepository } from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';

const MAX_CLIENTS = 500;

export interface KeptClient {
  client: CommonsClient;
  username: string;
  /** Chunks share one line, and take long: one of the person's places is left to the short requests of other uploads. */
  chunkLine: LimitFunction;
}

/** One client a person and token, kept as long as they are in use, so that cookies and CSRF tokens are never shared. */
@Injectable()
export class CommonsClients {
  private readonly clients = new Map<string, KeptClient>();

  constructor(
    private readonly api: CommonsApi,
    private readonly vault: TokenVault,
    private readonly users: UserRepository,
    private readonly config: WorkerConfig,
  ) {}

  /** Null when the person is unknown or the token cannot be opened any more. @param sealedToken as stored */
  async find(userid: string, sealedToken: string): Promise<KeptClient | null> {
    const key = createHash('sha256').update(`${userid}\n${sealedToken}`).digest('base64');
    const kept = this.clients.get(key);
    if (kept) {
      this.clients.delete(key);
      this.clients.set(key, kept);
      return kept;
    }
    const user = await this.users.find(userid);
    const token = this.vault.tryOpen(sealedToken, userid);
    if (!user || !token) return null;
    const { username } = user;
    const made = {
      client: this.api.clientFor({ userid, username }, token),
      username,
      chunkLine: pLimit(Math.max(1, this.config.commonsConcurrencyPerUser - 1)),
    };
    this.clients.set(key, made);
    if (this.clients.size > MAX_CLIENTS) this.forgetOldest();
    return made;
  }

  private forgetOldest(): void {
    for (const oldest of this.clients.keys()) {
      this.clients.delete(oldest);
      return;
    }
  }
}
