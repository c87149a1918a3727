import { DomainError } from '#app/protocol';
import { Logger } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { randomUUID } from 'node:crypto';
import { isForgedRequest, isForgedVisit, type RequestOrigin } from './allowed-origin.js';
import { inRequest } from './request-context.js';
import { requestIdOf, useridOf } from './request-identity.js';

const REQUEST_ID = /^[\w-]{8,64}$/;

/** Gives each request an id, the caller's own if it is a sensible one, and tells it in `X-Request-Id`. */
export function nameRequests(request: Request, response: Response, next: NextFunction): void {
  const given = request.get('x-request-id');
  request.requestId = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
  response.set('X-Request-Id', request.requestId);
  inRequest(request.requestId, next);
}

/** Logs one line a request: no query, no header, no body, because those carry secrets. */
export function logRequests(): RequestHandler {
  const log = new Logger('Http');
  return (request, response, next) => {
    const startedAt = performance.now();
    // Mounted routers and static files rewrite `path` while the request is underway.
    const { method, path } = request;
    response.once('finish', () => {
      log.log({
        message: `${method} ${path} ${response.statusCode}`,
        ms: Math.round(performance.now() - startedAt),
        request_id: requestIdOf(request),
        userid: useridOf(request),
      });
    });
    next();
  };
}

/** Refuses what a page of another site makes a signed-in person's browser do. */
export function refuseForgedRequests(publicUrl: string, allowedOrigins: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    next(isForgedRequest(originOf(request), publicUrl, allowedOrigins) ? forged() : undefined);
  };
}

/** For addresses that change something by being visited: refuses visits from other sites. */
export function refuseForgedVisits(publicUrl: string, allowedOrigins: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    next(isForgedVisit(originOf(request), publicUrl, allowedOrigins) ? forged() : undefined);
  };
}

const originOf = (request: Request): RequestOrigin => ({
  method: request.method,
  origin: request.get('origin'),
  referrer: request.get('referer'),
  secFetchSite: request.get('sec-fetch-site'),
});

const forged = (): DomainError => new DomainError('FORBIDDEN', 'Requests from other sites are not accepted.');

/** Answers of the API and of sign-in are the person's own: nobody may store them. */
export function forbidStoring(_request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store');
  next();
}
