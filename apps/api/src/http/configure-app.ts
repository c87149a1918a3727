import type { NestExpressApplication } from '@nestjs/platform-express';
import { QUEUE_BOARD_PATH, QueueBoard } from '../admin/queue-board.js';
import type { ApiConfig } from '../api.config.js';
import { serveOpenApi } from '../docs/openapi.js';
import { Draining } from '../shutdown/draining.js';
import { isAllowedOrigin } from './allowed-origin.js';
import { ErrorFilter } from './error.filter.js';
import {
  forbidStoring,
  logRequests,
  nameRequests,
  refuseForgedRequests,
  secureAnswers,
} from './middleware.js';
import { createValidationPipe } from './validate-input.js';

const BODY_LIMIT = '1mb';

/** Everything about HTTP that is the same for every route. Create the application with `bodyParser: false`. */
export function configureApp(app: NestExpressApplication, config: ApiConfig): void {
  const { publicUrl, allowedOrigins } = config;
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy ? 1 : false);
  app.use(app.get(Draining).endConnections);
  app.use(nameRequests, logRequests(), secureAnswers(publicUrl));
  // First of all that can fail, so that errors carry its headers as well.
  app.enableCors({
    origin: (origin: string | undefined, done: (error: Error | null, allowed: boolean) => void) =>
      done(null, origin !== undefined && isAllowedOrigin(origin, publicUrl, allowedOrigins)),
    credentials: true,
    exposedHeaders: ['X-Request-Id', 'Retry-After', 'Location'],
    maxAge: 3600,
  });
  app.use(['/api', '/auth', QUEUE_BOARD_PATH], forbidStoring);
  app.use(refuseForgedRequests(publicUrl, allowedOrigins));
  app.useBodyParser('json', { limit: BODY_LIMIT });
  if (config.frontendDir !== null) {
    app.useStaticAssets(config.frontendDir, { index: 'index.html', dotfiles: 'ignore' });
  }
  const board = app.get(QueueBoard);
  app.use(QUEUE_BOARD_PATH, board.use.bind(board));
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ErrorFilter());
  serveOpenApi(app);
}
