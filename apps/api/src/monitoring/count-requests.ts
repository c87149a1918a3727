import type { Metrics } from '#app/observability';
import type { Request, RequestHandler } from 'express';
import { QUEUE_BOARD_PATH } from '../admin/queue-board.js';

const NO_ROUTE = 'none';

/** Counts and times every request, by the template of its route: never by its address, which anybody can choose. */
export const countRequests =
  (metrics: Metrics): RequestHandler =>
  (request, response, next) => {
    const startedAt = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const route = routeOf(request, path);
      const status = response.writableFinished ? String(response.statusCode) : 'aborted';
      metrics.count('curator_http_requests_total', { method, route, status });
      const seconds = (performance.now() - startedAt) / 1_000;
      metrics.observe('curator_http_request_duration_seconds', { method, route }, seconds);
    });
    next();
  };

function routeOf(request: Request, path: string): string {
  if (path === QUEUE_BOARD_PATH || path.startsWith(`${QUEUE_BOARD_PATH}/`)) return QUEUE_BOARD_PATH;
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route)) return NO_ROUTE;
  return typeof route.path === 'string' ? route.path : NO_ROUTE;
}
