import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { NO_CONTENT, renderPolicy, type ContentPolicy } from './content-policies.js';

const YEAR_SECONDS = 31_536_000;
const POLICY = 'Content-Security-Policy';

/**
 * Headers on every answer, errors included: nothing may be loaded, framed, guessed or told to other sites. Pages that need
 * more get it by {@link withPolicy}.
 * @param publicUrl the address that people use; where that is https, browsers are told to use nothing else
 */
export function secureAnswers(publicUrl: string): RequestHandler {
  const isSecure = publicUrl.startsWith('https:');
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: Object.fromEntries(Object.entries(NO_CONTENT)),
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // Images of other sites are shown, and these do not ask for it.
    crossOriginEmbedderPolicy: false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: isSecure ? { maxAge: YEAR_SECONDS, includeSubDomains: false } : false,
  });
  return (request, response, next) => protect(request, response, next);
}

/** What a page may load in place of nothing. */
export function withPolicy(policy: ContentPolicy): RequestHandler {
  const text = renderPolicy(policy);
  return (_request: Request, response: Response, next) => {
    response.set(POLICY, text);
    next();
  };
}

/** For files of the web client. Servers of map tiles want to know the site that shows them. */
export function clientHeaders(policy: ContentPolicy): (response: Response) => void {
  const headers = { [POLICY]: renderPolicy(policy), 'Referrer-Policy': 'strict-origin-when-cross-origin' };
  return (response) => {
    response.set(headers);
  };
}
