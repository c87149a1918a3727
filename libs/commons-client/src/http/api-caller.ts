import { CookieJar } from 'tough-cookie';
import type { Dispatcher } from 'undici';
import {
  TemporaryError,
  type ObservedRequest,
  type RequestObserver,
  type SharedLimiter,
} from '#app/protocol';
import { answerClass } from '../answers/answer-classes.js';
import { parseApiAnswer } from '../answers/parse-api-answer.js';
import { toFailure } from '../answers/to-failure.js';
import { objectAt, textAt, type JsonObject } from '../json.js';
import { signRequest } from '../oauth/sign-request.js';
import type { AccessToken, CommonsUser, Consumer } from '../types.js';
import { explainLostExchange } from './connection-failure.js';
import { exchange, type Exchange, type HttpAnswer } from './exchange.js';
import { buildMultipart, type FilePart } from './multipart.js';
import { pause } from './pause.js';
import { LONGEST_WAIT, tryAgain, type Try } from './try-again.js';

export interface Connection {
  readonly upstream: ObservedRequest['upstream'];
  readonly observer?: RequestObserver | undefined;
  readonly apiUrl: string;
  readonly userAgent: string;
  readonly consumer: Consumer;
  readonly limiter: SharedLimiter;
  readonly dispatcher: Dispatcher;
  readonly delayScale: number;
  readonly timeouts: { readonly read: number; readonly write: number };
}

/** Absent parameters are not sent; MediaWiki takes any present boolean for true. */
export type Params = Readonly<Record<string, string | undefined>>;

export interface Call {
  readonly params: Params;
  readonly signal?: AbortSignal | undefined;
}

export interface PostCall extends Call {
  /** Asking twice does no harm. */
  readonly repeatable: boolean;
  /** Adds a CSRF token. */
  readonly withToken: boolean;
  /** See GuardedRequest. */
  readonly beforeSending?: (() => void) | undefined;
  /** Makes the body multipart. */
  readonly file?: FilePart;
}

type Fields = readonly (readonly [string, string])[];

interface Outgoing {
  readonly method: 'GET' | 'POST';
  /** The module of the API. */
  readonly action: string;
  readonly url: URL;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly fields?: Fields;
  readonly file?: FilePart | undefined;
  readonly beforeSending?: (() => void) | undefined;
}

const FORM = 'application/x-www-form-urlencoded';

const everyCall = (user: CommonsUser): Params => ({
  format: 'json',
  formatversion: '2',
  errorformat: 'plaintext',
  errorlang: 'en',
  maxlag: '5',
  assert: 'user',
  assertuser: user.username,
});

const present = (params: Params): [string, string][] =>
  Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));

const toForm = (fields: Fields): URLSearchParams => {
  const form = new URLSearchParams();
  for (const [name, value] of fields) form.append(name, value);
  return form;
};

/** A server that could not do its work at that moment, as opposed to an answer of the wiki. */
const isServerTrouble = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

/** Nothing is sent while this person was told to wait for longer than a request is worth. */
function tooEarly(retryAfterMs: number): Try<never> {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  const message = `http-429: Commons has asked for a rest of another ${seconds} s`;
  const failure = new TemporaryError('http-429', message, { retryAfterMs });
  return { ok: false, failure, lost: false, mayHaveHappened: false };
}

/** Calls the API as one user: signs, keeps cookies and the CSRF token, takes turns, tries again. */
export class ApiCaller {
  private jar = new CookieJar();
  private csrfToken: string | null = null;
  /** A server before the wiki has asked this person to send nothing until then. */
  private quietUntil = 0;

  constructor(
    private readonly connection: Connection,
    private readonly user: CommonsUser,
    private readonly token: AccessToken,
  ) {}

  get hasToken(): boolean {
    return this.csrfToken !== null;
  }

  /** Takes the CSRF token from the answer of a query that asked for one. */
  keepToken(body: JsonObject): void {
    this.csrfToken = textAt(objectAt(objectAt(body, 'query'), 'tokens'), 'csrftoken') ?? null;
  }

  async get({ params, signal }: Call): Promise<JsonObject> {
    return this.repeat(true, signal, () => {
      const url = new URL(this.connection.apiUrl);
      for (const [name, value] of present({ ...params, ...everyCall(this.user) }))
        url.searchParams.set(name, value);
      return this.send({
        method: 'GET',
        action: params['action'] ?? '',
        url,
        timeoutMs: this.connection.timeouts.read,
        signal,
      });
    });
  }

  async post(call: PostCall): Promise<JsonObject> {
    return this.repeat(call.repeatable, call.signal, async () => {
      const token = call.withToken ? await this.findToken(call.signal) : undefined;
      const fields = present({ ...call.params, ...everyCall(this.user), token });
      return this.send({
        method: 'POST',
        action: call.params['action'] ?? '',
        url: new URL(this.connection.apiUrl),
        timeoutMs: this.connection.timeouts.write,
        signal: call.signal,
        fields,
        file: call.file,
        beforeSending: call.beforeSending,
      });
    });
  }

  private async findToken(signal: AbortSignal | undefined): Promise<string | undefined> {
    if (this.csrfToken === null) {
      this.keepToken(await this.get({ params: { action: 'query', meta: 'tokens', type: 'csrf' }, signal }));
    }
    return this.csrfToken ?? undefined;
  }

  private repeat(
    repeatable: boolean,
    signal: AbortSignal | undefined,
    attempt: () => Promise<Try<JsonObject>>,
  ): Promise<JsonObject> {
    return tryAgain(attempt, {
      repeatable,
      delayScale: this.connection.delayScale,
      signal,
      renewToken: () => (this.csrfToken = null),
      renewSession: () => (this.jar = new CookieJar()),
    });
  }

  private async send(what: Outgoing): Promise<Try<JsonObject>> {
    try {
      for (;;) {
        const quietMs = this.quietUntil - Date.now();
        if (quietMs > LONGEST_WAIT) return tooEarly(quietMs);
        await pause(quietMs, what.signal);
        const outcome = await this.sendInTurn(what);
        if (outcome !== null) return outcome;
      }
    } catch (error) {
      what.signal?.throwIfAborted();
      const lost = explainLostExchange(error, what.url.host);
      if (lost === null) throw error;
      return { ok: false, lost: true, ...lost };
    }
  }

  /** Null, and nothing sent, when quiet was asked for while the request waited for its turn. */
  private sendInTurn(what: Outgoing): Promise<Try<JsonObject> | null> {
    return this.connection.limiter.run(
      `commons:${this.user.userid}`,
      async () => (this.quietUntil > Date.now() ? null : this.sendWatched(what)),
      what.signal,
    );
  }

  private async sendWatched(what: Outgoing): Promise<Try<JsonObject>> {
    const { upstream, observer, dispatcher } = this.connection;
    const { method, action } = what;
    const end = observer?.begin({ upstream, method, action });
    let outcome = 'lost';
    try {
      const answer = this.judge(
        await exchange({ ...what, ...this.prepare(what), jar: this.jar, dispatcher }),
      );
      outcome = answer.ok ? 'ok' : answer.failure.code;
      return answer;
    } finally {
      end?.(outcome);
    }
  }

  /** Signed when its turn has come, so that the timestamp is fresh. */
  private prepare({ method, url, fields, file }: Outgoing): Pick<Exchange, 'headers' | 'body'> {
    const { consumer, userAgent } = this.connection;
    const form = fields && !file ? toForm(fields) : undefined;
    const headers = {
      'user-agent': userAgent,
      authorization: signRequest(
        { method, url, ...(form ? { body: form } : {}) },
        { consumer, token: this.token },
      ),
    };
    if (form) return { headers: { ...headers, 'content-type': FORM }, body: form.toString() };
    if (!file) return { headers };
    const { contentType, contentLength, stream } = buildMultipart(fields ?? [], file);
    return {
      headers: { ...headers, 'content-type': contentType, 'content-length': String(contentLength) },
      body: stream,
    };
  }

  private judge({ status, headers, body }: HttpAnswer): Try<JsonObject> {
    const answer = parseApiAnswer(status, headers, body);
    if (answer.ok) return { ok: true, value: answer.body };
    const failure = toFailure(answer.error);
    if (isServerTrouble(status)) this.keepQuiet(failure.retryAfterMs ?? 0);
    const lost = isServerTrouble(status) && answerClass(failure) !== 'waiting';
    return { ok: false, failure, lost, mayHaveHappened: lost && status >= 500 };
  }

  private keepQuiet(ms: number): void {
    this.quietUntil = Math.max(this.quietUntil, Date.now() + ms);
  }
}
