import 'reflect-metadata';
import { AppLogger, describeFailure, logCrashes, traceFields } from '#app/observability';
import { loadApiConfig } from './api.config.js';
import { createApp } from './create-app.js';

let logger: AppLogger | null = null;

async function start(): Promise<void> {
  const { config, warnings, secrets } = loadApiConfig(process.env);
  const { logLevel: level, logFormat: format } = config;
  logger = new AppLogger({ app: 'api', level, format, secrets, moreFields: traceFields });
  logCrashes(logger);
  for (const warning of warnings) logger.warn(warning, 'Configuration');
  const app = await createApp(config, logger, secrets);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(config.port, config.host);
  // Scripts that let the system choose the port read it from this line.
  logger.log(`API listening on ${await app.getUrl()}`, 'Api');
}

start().catch((error: unknown) => {
  if (logger === null) process.stderr.write(`${describeFailure(error)}\n`);
  else logger.fatal(error, 'Start');
  process.exit(1);
});
