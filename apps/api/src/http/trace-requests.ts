import { withOpenSpan } from '#app/observability';
import type { NextFunction, Request, Response } from 'express';

/** The pattern of the route, e.g. `/api/batches/:id`: the path itself has ids, and would make every span a kind of its own. */
const routeOf = (request: Request): string => {
  const { path } = (request.route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : 'no route';
};

/** A span for each request, in which all that answers it runs. What a caller says of a trace of its own is not believed. */
export function traceRequests(request: Request, response: Response, next: NextFunction): void {
  const { method } = request;
  const attributes = { 'http.request.method': method };
  withOpenSpan(`HTTP ${method}`, { kind: 'server', attributes }, (span) => {
    response.once('close', () => {
      const { statusCode } = response;
      const route = routeOf(request);
      span.end({
        name: `HTTP ${method} ${route}`,
        attributes: { 'http.route': route, 'http.response.status_code': statusCode },
        ...(statusCode >= 500 && { error: `HTTP ${statusCode}` }),
      });
    });
    next();
  });
}
