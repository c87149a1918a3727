import type { RequestObserver } from '#app/protocol';
import { openSpan } from './spans.js';

/** A span for each request to an upstream, in the span that sends it: what was asked for and what came of it, no parameters. */
export const requestSpans: RequestObserver = {
  begin: ({ upstream, method, action }) => {
    const span = openSpan(`${upstream} ${action}`, {
      kind: 'client',
      attributes: {
        'peer.service': upstream,
        'http.request.method': method,
        'curator.action': action,
      },
    });
    return (outcome) => {
      const attributes = { 'curator.outcome': outcome };
      span.end(outcome === 'ok' ? { attributes } : { attributes, error: outcome });
    };
  },
};
