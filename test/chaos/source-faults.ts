import type { Fault, UpstreamName } from '../upstreams/index.js';
import { apiError, page, type FaultKind } from './fault-kinds.js';

const always = (): boolean => true;
const onUpstream =
  (upstream: UpstreamName) =>
  (name: string, weight: number, fault: Fault, more: Partial<FaultKind> = {}): FaultKind => ({
    name: `${upstream}: ${name}`,
    upstream,
    weight,
    fits: always,
    fault,
    ...more,
  });
const cdn = onUpstream('cdn');
const mapillary = onUpstream('mapillary');

const plain = (status: number, type: string, body: string): Fault => ({
  answer: { status, headers: { 'content-type': type }, body },
});
const NO_SUCH_IMAGE = JSON.stringify({
  error: {
    message: 'Unsupported get request. Object does not exist, or cannot be loaded',
    type: 'MLYApiException',
    code: 100,
    error_subcode: 33,
  },
});
const isImage: FaultKind['fits'] = ({ action }) => action === 'image';

/** How the sources and the services beside them misbehave. */
export const SOURCE_FAULTS: readonly FaultKind[] = [
  cdn('closed', 8, { close: 'before' }),
  cdn('HTTP 500', 5, plain(500, 'text/plain', 'Internal error')),
  cdn('HTTP 503, long', 2, plain(503, 'text/plain', 'Busy'), { burst: 6 }),
  cdn('cut short', 10, { truncateAfter: 5_000 }),
  cdn('address expired', 6, plain(403, 'text/plain', 'URL signature expired')),
  cdn('a page', 4, page(200)),
  cdn('a program', 4, plain(200, 'application/x-php', '<?php echo 1;')),
  cdn('slow', 4, { delayMs: 1_500 }),
  cdn('never: gone', 1, plain(404, 'text/plain', 'Not found'), { ends: '404' }),
  cdn('never: a program', 1, plain(200, 'application/x-php', '<?php echo 1;'), { ends: 'application/x-php' }),
  mapillary('closed', 8, { close: 'before' }),
  mapillary('HTTP 502', 6, plain(502, 'text/html', 'Bad gateway')),
  mapillary('HTTP 500, long', 2, plain(500, 'text/html', 'Error'), { burst: 6 }),
  mapillary('too many requests', 6, apiError('4', 'Application request limit reached')),
  mapillary('half an answer', 6, { truncateAfter: 30 }),
  mapillary('not JSON', 4, plain(200, 'text/html', '<html></html>')),
  mapillary('never: no such image', 1, plain(400, 'application/json; charset=UTF-8', NO_SUCH_IMAGE), {
    fits: isImage,
    ends: 'mapillary-not-found',
    firstOnly: true,
  }),
  onUpstream('geocoding')('HTTP 500', 5, plain(500, 'text/plain', 'Error')),
  onUpstream('geocoding')('closed', 5, { close: 'before' }),
  onUpstream('wcqs')('HTTP 429', 5, plain(429, 'text/plain', 'Too Many Requests')),
  onUpstream('wcqs')('HTTP 502', 5, plain(502, 'text/html', 'Bad gateway')),
  onUpstream('wcqs')('closed', 5, { close: 'before' }),
];
