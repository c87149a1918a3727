import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { renderErrorPage } from './error-page.js';
import { renderError } from './render-error.js';
import { requestIdOf, useridOf } from './request-identity.js';

const PAGES: ReadonlySet<string> = new Set(['/auth/login', '/auth/callback']);

/** Whether a person sees the answer: their browser navigated to a step of the sign-in. */
const wantsPage = (request: Request): boolean =>
  PAGES.has(request.path) && request.accepts(['json', 'html']) === 'html';

/** The message of an error and of what it was caused by. */
const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${explain(error.cause)})`;
};

/** Renders every error of a REST request in the documented shape, and logs faults of ours and of services we need. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const requestId = requestIdOf(request);
    const { status, headers, body, isBug } = renderError(error, { requestId, userid: useridOf(request) });
    const what = `${request.method} ${request.path} failed, request ${requestId}`;
    if (isBug) this.log.error({ message: what, error });
    else if (status >= 500) this.log.warn(`${what}: ${explain(error)}`);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(status).set(headers);
    if (wantsPage(request)) response.type('html').send(renderErrorPage(body.error_msg, requestId));
    else response.json(body);
  }
}
