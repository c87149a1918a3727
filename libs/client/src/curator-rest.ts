import { aborted, CuratorError } from './curator-error.js';
import { SERVICE_ERROR_CODES, type ServiceErrorCode } from './generated/messages.js';
import type { Routes } from './generated/routes.js';

export type RouteName = keyof Routes;

export interface RestLimits {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole answer: 60 s. */
  readonly timeoutMs?: number | undefined;
}

/** What a route takes: `path`, `query` and `body`, each where it has one. */
export type RestRequest<R extends RouteName> = Omit<Routes[R], 'answer'> & RestLimits;

/** May be left out where nothing has to be given. */
type Given<R extends RouteName> =
  Record<never, never> extends RestRequest<R> ? [request?: RestRequest<R>] : [request: RestRequest<R>];

export interface CuratorRestOptions {
  /** The address of Curator; in a browser by default that of the page. */
  readonly url?: string | undefined;
  /** An API token. Without one the session cookie speaks. */
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
}

interface Parts extends RestLimits {
  readonly path?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}

const DEFAULT_TIMEOUT_MS = 60_000;

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

const isServiceCode = (code: unknown): code is ServiceErrorCode =>
  SERVICE_ERROR_CODES.some((known) => known === code);

/** Curator's HTTP API, typed by its OpenAPI document. Requests are sent once: whether to try again is the caller's. */
export class CuratorRest {
  private readonly base: string;

  /** @throws TypeError without an address */
  constructor(private readonly options: CuratorRestOptions = {}) {
    const page = (globalThis as { location?: { href: string } }).location?.href;
    const address = options.url ?? page;
    if (address === undefined) throw new TypeError('The option `url` is missing.');
    this.base = address;
  }

  /**
   * `request('GET /api/imports/{id}', { path: { id: 7 } })`; what is a file is a Blob, what is empty undefined.
   * @throws CuratorError with the code of the server's error; DISCONNECTED, TIMEOUT or ABORTED without an answer
   */
  async request<R extends RouteName>(route: R, ...[request]: Given<R>): Promise<Routes[R]['answer']> {
    const answer = await this.send(route, request ?? {});
    return answer as Routes[R]['answer'];
  }

  private async send(
    route: string,
    { path = {}, query = {}, body, signal, timeoutMs }: Parts,
  ): Promise<unknown> {
    const [method = '', template = ''] = route.split(' ');
    const target = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(String(path[name])),
    );
    const url = new URL(target, this.base);
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
        if (isPlain(one)) url.searchParams.append(name, String(one));
    }
    const { token, fetch: ask = fetch } = this.options;
    const limit = AbortSignal.timeout(timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const isForm = body instanceof FormData;
    try {
      const answer = await ask(url, {
        method,
        credentials: 'include',
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      return await readAnswer(answer);
    } catch (error) {
      if (error instanceof CuratorError) throw error;
      if (signal?.aborted) throw aborted(signal);
      if (limit.aborted) throw new CuratorError('TIMEOUT', 'The server did not answer in time.');
      throw new CuratorError('DISCONNECTED', 'The server cannot be reached.', undefined, { cause: error });
    }
  }
}

const readAnswer = async (answer: Response): Promise<unknown> => {
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  if (!answer.ok) throw toError(answer.status, isJson ? await answer.json() : null);
  if (isJson) return answer.json();
  const blob = await answer.blob();
  return blob.size === 0 ? undefined : blob;
};

const toError = (status: number, body: unknown): CuratorError => {
  const {
    error_code: code,
    error_msg: message,
    details,
    request_id,
  } = (body ?? {}) as Record<string, unknown>;
  const facts = { http_status: status, ...(typeof request_id === 'string' && { request_id }) };
  if (!isServiceCode(code) || typeof message !== 'string') {
    return new CuratorError('MALFORMED', `The server answered with HTTP ${status}.`, facts);
  }
  return new CuratorError(code, message, { ...(details as object | undefined), ...facts });
};
