import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '#app/observability';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { QUEUE_BOARD_PATH, QueueBoard } from '../admin/queue-board.js';
import type { ApiConfig } from '../api.config.js';
import { serveOpenApi } from '../docs/openapi.js';
import { ASYNCAPI_STYLE } from '../docs/render-asyncapi-page.js';
import { countRequests } from '../monitoring/count-requests.js';
import { Draining } from '../shutdown/draining.js';
import { isAllowedOrigin } from './allowed-origin.js';
import { ErrorFilter } from './error.filter.js';
import { clientPolicy, styledPage, TOOL_PAGES } from './content-policies.js';
import {
  forbidStoring,
  logRequests,
  nameRequests,
  refuseForgedRequests,
  refuseForgedVisits,
} from './middleware.js';
import { clientHeaders, secureAnswers, withPolicy } from './secure-answers.js';
import { traceRequests } from './trace-requests.js';
import { createValidationPipe } from './validate-input.js';

const BODY_LIMIT = '1mb';
/** What pages of allowed origins may read beside the few that every page may. */
const EXPOSED_HEADERS = [
  'X-Request-Id',
  'Retry-After',
  'Location',
  'Content-Disposition',
  'Content-Range',
  'Accept-Ranges',
  'ETag',
];

/** Everything about HTTP that is the same for every route. Create the application with `bodyParser: false`. */
export function configureApp(app: NestExpressApplication, config: ApiConfig): void {
  const { publicUrl, allowedOrigins } = config;
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy ? 1 : false);
  app.use(app.get(Draining).endConnections);
  app.use(countRequests(app.get(Metrics)));
  app.use(nameRequests, logRequests(), secureAnswers(publicUrl));
  if (config.otlpEndpoint !== null) app.use(traceRequests);
  app.use(['/api/docs', QUEUE_BOARD_PATH], withPolicy(TOOL_PAGES));
  app.use('/api/asyncapi', withPolicy(styledPage(ASYNCAPI_STYLE)));
  // First of all that can fail, so that errors carry its headers as well.
  app.enableCors({
    origin: (origin: string | undefined, done: (error: Error | null, allowed: boolean) => void) =>
      done(null, origin !== undefined && isAllowedOrigin(origin, publicUrl, allowedOrigins)),
    credentials: true,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 3600,
  });
  app.use(['/api', '/auth', QUEUE_BOARD_PATH], forbidStoring);
  app.use(refuseForgedRequests(publicUrl, allowedOrigins));
  app.use('/auth/logout', refuseForgedVisits(publicUrl, allowedOrigins));
  app.useBodyParser('json', { limit: BODY_LIMIT });
  if (config.frontendDir !== null) {
    serveClient(app, config.frontendDir, config);
  }
  const board = app.get(QueueBoard);
  app.use(QUEUE_BOARD_PATH, board.use.bind(board));
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ErrorFilter());
  serveOpenApi(app);
}

function serveClient(app: NestExpressApplication, folder: string, config: ApiConfig): void {
  const index = join(folder, 'index.html');
  const page = existsSync(index) ? readFileSync(index, 'utf8') : '';
  const live = new URL(config.publicUrl).origin.replace(/^http/, 'ws');
  const setHeaders = clientHeaders(clientPolicy(page, { sources: config.frontendSources, live }));
  app.useStaticAssets(folder, { index: 'index.html', dotfiles: 'ignore', setHeaders });
}
