import { Injectable, Logger } from '@nestjs/common';
import { parsePrefixBlacklist } from '#app/commons-client';
import { RedisCache } from '#app/persistence';
import { DomainError } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { PersonClients } from '../upstreams/person-clients.js';

const PAGE = 'MediaWiki:Filename-prefix-blacklist';
const KEY = 'filename-prefix-blacklist';
const KEPT_SECONDS = 24 * 60 * 60;
const ASKING_MS = 5_000;
const KEPT_AFTER_FAILURE_MS = 60_000;

/** The prefixes of file names that Commons does not want, read once a day. */
@Injectable()
export class PrefixBlacklist {
  private readonly logger = new Logger(PrefixBlacklist.name);
  private notBefore = 0;

  constructor(
    private readonly cache: RedisCache,
    private readonly clients: PersonClients,
  ) {}

  /** Empty while it cannot be read: the wiki itself refuses such names in the end. @throws DomainError FORBIDDEN */
  async find(user: SignedInUser): Promise<readonly string[]> {
    const kept = await this.cache.find(KEY);
    if (kept !== null) return parsePrefixBlacklist(kept);
    if (Date.now() < this.notBefore) return [];
    const client = await this.clients.pages(user);
    try {
      const text = (await client.findText(PAGE, AbortSignal.timeout(ASKING_MS))) ?? '';
      const prefixes = parsePrefixBlacklist(text);
      await this.cache.keep(KEY, prefixes.join('\n'), KEPT_SECONDS);
      return prefixes;
    } catch (error) {
      if (error instanceof DomainError) throw error;
      this.logger.warn(`Could not read ${PAGE}: ${String(error)}`);
      this.notBefore = Date.now() + KEPT_AFTER_FAILURE_MS;
      return [];
    }
  }
}
