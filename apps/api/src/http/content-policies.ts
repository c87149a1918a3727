import { createHash } from 'node:crypto';

/** A Content-Security-Policy: directive → sources. @see https://www.w3.org/TR/CSP3/ */
export type ContentPolicy = Readonly<Record<string, readonly string[]>>;

/** What holds on every answer, whatever else a page needs. */
const FRAME_OF_ALL = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
} as const satisfies ContentPolicy;

/** For what is no page, and for pages of words and links alone. */
export const NO_CONTENT: ContentPolicy = FRAME_OF_ALL;

/** Swagger UI and Bull Board: their own files. Both write styles into the page; the former shows images of its own as data. */
export const TOOL_PAGES: ContentPolicy = {
  ...FRAME_OF_ALL,
  'base-uri': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
};

const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A page that brings these styles and nothing else. */
export const styledPage = (...styles: readonly string[]): ContentPolicy => ({
  ...FRAME_OF_ALL,
  'style-src': styles.map(hashSource),
});

/** Browsers read every end of a line as one character before they hash. */
const asParsed = (text: string): string => text.replace(/\r\n?/g, '\n');

const INLINE_SCRIPT = /<script(?![^>]*\ssrc\s*=)[^>]*>([\s\S]*?)<\/script>/gi;

/**
 * The web client: scripts of its own alone, and those that stand in its page as it is at the start; images, styles, fonts
 * and data also from `sources`. A map draws in workers that it makes itself.
 * @param page its index.html
 * @param allowed sources: origins, a wildcard for subdomains allowed; live: the origin of the WebSocket, which not all browsers
 * take for the page's own
 */
export function clientPolicy(
  page: string,
  { sources, live }: { sources: readonly string[]; live: string },
): ContentPolicy {
  const inline = [...page.matchAll(INLINE_SCRIPT)].map(([, text = '']) => hashSource(asParsed(text)));
  return {
    ...FRAME_OF_ALL,
    'base-uri': ["'self'"],
    'form-action': ["'self'"],
    'script-src': ["'self'", ...inline],
    'worker-src': ["'self'", 'blob:'],
    'style-src': ["'self'", "'unsafe-inline'", ...sources],
    'img-src': ["'self'", 'data:', 'blob:', ...sources],
    'font-src': ["'self'", 'data:', ...sources],
    'connect-src': ["'self'", live, ...sources],
    'manifest-src': ["'self'"],
    'media-src': ["'self'"],
  };
}

/** The header's value. */
export const renderPolicy = (policy: ContentPolicy): string =>
  Object.entries(policy)
    .map(([directive, sources]) => [directive, ...sources].join(' '))
    .join(';');
