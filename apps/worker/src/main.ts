import 'reflect-metadata';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigurationError } from '#app/protocol';
import { loadWorkerConfig, type WorkerConfig } from './worker.config.js';
import { WorkerModule } from './worker.module.js';

const LEVELS: Readonly<Record<WorkerConfig['logLevel'], LogLevel[]>> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
};

async function start(): Promise<void> {
  const { config, warnings } = loadWorkerConfig(process.env);
  const isJson = config.logFormat === 'json';
  const logger = new ConsoleLogger({ json: isJson, colors: !isJson, logLevels: LEVELS[config.logLevel] });
  for (const warning of warnings) logger.warn(warning, 'Configuration');
  const app = await NestFactory.create(WorkerModule.forRoot(config), {
    abortOnError: false,
    forceCloseConnections: true,
    logger,
  });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(config.healthPort);
  // Scripts that let the system choose the port read it from this line.
  logger.log(`Worker health on ${await app.getUrl()}`, 'Worker');
}

start().catch((error: unknown) => {
  const text = error instanceof ConfigurationError ? error.message : String((error as Error).stack ?? error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
