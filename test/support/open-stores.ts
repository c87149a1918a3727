import { randomBytes } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import { CommonsApi } from '#app/commons-client';
import { PersistenceModule, RequestSlots } from '#app/persistence';
import { createDatabase } from './create-database.js';
import { startUpstreams, type Upstreams } from '../upstreams/index.js';

export interface OpenStores {
  /** Gives everything of the persistence library. */
  nest: TestingModule;
  upstreams: Upstreams;
  /** The stand-in wiki's API. */
  commons: CommonsApi;
  /** Variables with which a process would use the same. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

/** A new database, the spec's Redis and stand-ins for everything outside, for specs that put single services together. */
export async function openStores(): Promise<OpenStores> {
  const database = await createDatabase();
  const upstreams = await startUpstreams();
  const persistence = {
    databaseUrl: database.url,
    redisUrl: process.env['TEST_REDIS_URL'] ?? '',
    tokenEncryptionKeys: `k1:${randomBytes(32).toString('base64')}`,
  };
  const nest = await Test.createTestingModule({
    imports: [PersistenceModule.forRoot(persistence)],
  }).compile();
  await nest.init();
  const { apiUrl, indexUrl, consumer } = upstreams.commons;
  const commons = new CommonsApi({
    apiUrl,
    indexUrl,
    userAgent: 'Curator/tests',
    consumer,
    limiter: nest.get(RequestSlots),
    delayScale: 0.01,
  });
  return {
    nest,
    upstreams,
    commons,
    environment: {
      ...upstreams.environment,
      DATABASE_URL: persistence.databaseUrl,
      REDIS_URL: persistence.redisUrl,
      TOKEN_ENCRYPTION_KEYS: persistence.tokenEncryptionKeys,
    },
    close: async () => {
      await commons.close();
      await nest.close();
      await upstreams.stop();
      await database.drop();
    },
  };
}
