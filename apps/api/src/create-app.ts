import { NestFactory } from '@nestjs/core';
import type { LoggerService } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ApiConfig } from './api.config.js';
import { ApiModule } from './api.module.js';
import { configureApp } from './http/configure-app.js';

/**
 * The API, ready to listen: connected, migrated and with its routes.
 * @param secrets values that no trace may have in it
 * @throws whatever keeps it from starting
 */
export async function createApp(
  config: ApiConfig,
  logger: LoggerService,
  secrets: readonly string[] = [],
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.forRoot(config, secrets), {
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
    logger,
  });
  configureApp(app, config);
  return app;
}
