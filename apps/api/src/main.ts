import 'reflect-metadata';
import { ConfigurationError } from '#app/protocol';
import type { LogLevel } from '@nestjs/common';
import { loadApiConfig, type ApiConfig } from './api.config.js';
import { createApp } from './create-app.js';
import { RequestLogger } from './http/request-logger.js';

const LEVELS: Readonly<Record<ApiConfig['logLevel'], LogLevel[]>> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
};

async function start(): Promise<void> {
  const { config, warnings } = loadApiConfig(process.env);
  const isJson = config.logFormat === 'json';
  const logger = new RequestLogger({ json: isJson, colors: !isJson, logLevels: LEVELS[config.logLevel] });
  for (const warning of warnings) logger.warn(warning, 'Configuration');
  const app = await createApp(config, logger);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(config.port, config.host);
  // Scripts that let the system choose the port read it from this line.
  logger.log(`API listening on ${await app.getUrl()}`, 'Api');
}

start().catch((error: unknown) => {
  const text = error instanceof ConfigurationError ? error.message : String((error as Error).stack ?? error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
