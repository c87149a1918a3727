import type { LoggerService } from '@nestjs/common';

/**
 * Ends the process at an error that nobody caught, as Node does, but tells it by the logger: Node's own words go to the
 * standard error as they are, with whatever secrets the error has in it.
 */
export function logCrashes(logger: Pick<Required<LoggerService>, 'fatal'>): void {
  process.on('uncaughtException', (error) => {
    logger.fatal(error, 'Process');
    process.exit(1);
  });
}
