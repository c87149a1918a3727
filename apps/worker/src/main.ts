import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppLogger, describeFailure, logCrashes, traceFields } from '#app/observability';
import { loadWorkerConfig } from './worker.config.js';
import { WorkerModule } from './worker.module.js';

let logger: AppLogger | null = null;

async function start(): Promise<void> {
  const { config, warnings, secrets } = loadWorkerConfig(process.env);
  const { logLevel: level, logFormat: format } = config;
  logger = new AppLogger({ app: 'worker', level, format, secrets, moreFields: traceFields });
  logCrashes(logger);
  for (const warning of warnings) logger.warn(warning, 'Configuration');
  const app = await NestFactory.create(WorkerModule.forRoot(config, secrets), {
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
  if (logger === null) process.stderr.write(`${describeFailure(error)}\n`);
  else logger.fatal(error, 'Start');
  process.exit(1);
});
