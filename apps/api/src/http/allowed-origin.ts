/**
 * Whether a request with this `Origin` may act for the person whose cookie it carries.
 * Scripts send none and are accepted; a browser's opaque `null` is not.
 * @param publicUrl the address people use, its origin is allowed
 * @param allowedOrigins further origins, exactly as browsers send them
 */
export function isAllowedOrigin(
  origin: string | undefined,
  publicUrl: string,
  allowedOrigins: readonly string[],
): boolean {
  return origin === undefined || origin === new URL(publicUrl).origin || allowedOrigins.includes(origin);
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface RequestOrigin {
  method: string;
  origin: string | undefined;
  /** Told by navigations, which tell no origin. */
  referrer?: string | undefined;
  /** @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header */
  secFetchSite: string | undefined;
}

/** Whether a page of another site makes a person's browser change something here. */
export function isForgedRequest(
  { method, origin, secFetchSite }: RequestOrigin,
  publicUrl: string,
  allowedOrigins: readonly string[],
): boolean {
  if (SAFE_METHODS.has(method)) return false;
  if (origin !== undefined) return !isAllowedOrigin(origin, publicUrl, allowedOrigins);
  return secFetchSite !== undefined && secFetchSite !== 'same-origin' && secFetchSite !== 'none';
}

/** Whether a link or a form of another site brings the browser to an address that changes something by being visited. */
export function isForgedVisit(
  { referrer, secFetchSite }: RequestOrigin,
  publicUrl: string,
  allowedOrigins: readonly string[],
): boolean {
  if (secFetchSite === undefined || secFetchSite === 'same-origin' || secFetchSite === 'none') return false;
  if (referrer === undefined || !URL.canParse(referrer)) return true;
  return !isAllowedOrigin(new URL(referrer).origin, publicUrl, allowedOrigins);
}
