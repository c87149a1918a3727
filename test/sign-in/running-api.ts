import { ConsoleLogger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { loadApiConfig } from '../../apps/api/src/api.config.js';
import { createApp } from '../../apps/api/src/create-app.js';
import { NO_LIMITS } from '../support/no-limits.js';
import { createDatabase } from '../support/create-database.js';
import { CommonsWiki } from '../upstreams/commons/commons-wiki.js';

export interface RunningApi {
  app: NestExpressApplication;
  wiki: CommonsWiki;
  databaseUrl: string;
  /** Where the API really listens; the wiki knows it as `PUBLIC_URL`. */
  origin: string;
  stop(): Promise<void>;
}

export const SERVICE_KEY = 'the key of the service user';

/** What an API needs around it. */
interface Surroundings {
  readonly wiki: CommonsWiki;
  readonly databaseUrl: string;
}

/** The API in this process, on a database of its own, beside a wiki of its own. @param more further environment variables */
export async function startApi(more: Record<string, string> = {}): Promise<RunningApi> {
  const wiki = new CommonsWiki();
  await wiki.start();
  const database = await createDatabase();
  const api = await startApiIn({ wiki, databaseUrl: database.url }, more);
  const stop = async (): Promise<void> => {
    await api.stop();
    await wiki.stop();
    await database.drop();
  };
  return { ...api, stop };
}

/** A further API in this process: what two processes are to each other, but for the memory. It stops alone. */
export async function startApiIn(
  { wiki, databaseUrl }: Surroundings,
  more: Record<string, string> = {},
): Promise<RunningApi> {
  const service = wiki.accessToken('Tireless bot');
  const { config } = loadApiConfig({
    DATABASE_URL: databaseUrl,
    REDIS_URL: process.env['TEST_REDIS_URL'],
    COMMONS_API_URL: wiki.apiUrl,
    COMMONS_INDEX_URL: wiki.indexUrl,
    CURATOR_OAUTH1_KEY: wiki.consumer.key,
    CURATOR_OAUTH1_SECRET: wiki.consumer.secret,
    TOKEN_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 3).toString('base64')}`,
    MAPILLARY_API_TOKEN: 'MLY|nobody|asks',
    PUBLIC_URL: 'http://localhost:8000',
    ALLOWED_ORIGINS: 'https://friend.example',
    ADMIN_USERNAMES: 'Admin',
    RETRY_DELAY_SCALE: '0',
    SHUTDOWN_DRAIN_SECONDS: '0',
    X_USERNAME: 'Tireless_bot',
    X_API_KEY: SERVICE_KEY,
    X_OAUTH_ACCESS_KEY: service.key,
    X_OAUTH_ACCESS_SECRET: service.secret,
    ...NO_LIMITS,
    ...more,
  });
  const app = await createApp(config, new ConsoleLogger({ logLevels: ['fatal'] }));
  await app.listen(0, '127.0.0.1');
  return { app, wiki, databaseUrl, origin: await app.getUrl(), stop: () => app.close() };
}
