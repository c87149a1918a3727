import { NestFactory } from '@nestjs/core';
import { loadApiConfig } from '../api.config.js';
import { ApiModule } from '../api.module.js';
import { createOpenApiDocument } from './openapi.js';

/** In a preview nothing is connected or made: these only have to be well-formed. */
const PREVIEW = {
  DATABASE_URL: 'mysql://nobody@localhost/none',
  REDIS_URL: 'redis://localhost',
  CURATOR_OAUTH1_KEY: 'none',
  CURATOR_OAUTH1_SECRET: 'none',
  TOKEN_ENCRYPTION_KEYS: `none:${Buffer.alloc(32).toString('base64')}`,
};

/** The text of docs/openapi.json. */
export async function openApiText(): Promise<string> {
  const { config } = loadApiConfig(PREVIEW);
  const app = await NestFactory.create(ApiModule.forRoot(config), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const document = createOpenApiDocument(app);
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}
