/** One defence, how to switch it off, and the test that must notice. `npm run attacks` tries every row. */
export interface Defence {
  /** What it keeps out; the words after `npm run attacks --` choose by it and by `spec`. */
  readonly name: string;
  /** The file that holds the defence. */
  readonly file: string;
  /** Text that stands in `file` exactly once. */
  readonly find: string;
  /** What stands there instead when the defence is off; it must still run. */
  readonly replace: string;
  /** The file of the attack test; its name says its tier. */
  readonly spec: string;
  /** A regular expression for the name of the test, where the whole file takes long. */
  readonly testName?: string;
}

export const DEFENCES: readonly Defence[] = [
  {
    name: 'a sealed token opens for its own person only',
    file: 'libs/persistence/src/tokens/token-vault.ts',
    find: 'Buffer.from(`curator ${purpose} of ${owner}`, ',
    replace: 'Buffer.from(`curator ${purpose}`, ',
    spec: 'libs/persistence/src/tokens/token-vault.spec.ts',
  },
  {
    name: 'pages of other sites change nothing (CSRF)',
    file: 'apps/api/src/http/allowed-origin.ts',
    find: 'if (SAFE_METHODS.has(method)) return false;',
    replace: 'if (method !== origin) return false;',
    spec: 'apps/api/src/http/allowed-origin.spec.ts',
  },
  {
    name: 'sign-in gives the session a new token (session fixation)',
    file: 'apps/api/src/auth/rotate-session.ts',
    find: 'await settle((done) => request.session.regenerate(done));',
    replace: '',
    spec: 'test/sign-in.int-spec.ts',
    testName: 'gives the session a new token at sign-in',
  },
  {
    name: 'every answer has headers that forbid loading, framing and guessing',
    file: 'apps/api/src/http/configure-app.ts',
    find: 'app.use(nameRequests, logRequests(), secureAnswers(publicUrl));',
    replace: 'app.use(nameRequests, logRequests());',
    spec: 'test/attacks/http-headers.int-spec.ts',
  },
  {
    name: 'pages run no scripts but their own files (XSS)',
    file: 'apps/api/src/http/content-policies.ts',
    find: `'script-src': ["'self'", ...inline],`,
    replace: `'script-src': ["'self'", "'unsafe-inline'"],`,
    spec: 'test/attacks/http-headers.int-spec.ts',
    testName: 'are there on the web client',
  },
  {
    name: 'browsers that came by https keep to it',
    file: 'apps/api/src/http/secure-answers.ts',
    find: 'isSecure ? { maxAge: YEAR_SECONDS, includeSubDomains: false } : false',
    replace: 'false',
    spec: 'test/attacks/http-headers.int-spec.ts',
    testName: 'have browsers come by https',
  },
  {
    name: 'pages of origins that nobody has allowed read no answers (CORS)',
    file: 'apps/api/src/http/allowed-origin.ts',
    find: 'origin === undefined || origin === new URL(publicUrl).origin || allowedOrigins.includes(origin)',
    replace: 'origin !== new URL(publicUrl).hash',
    spec: 'test/attacks/http-headers.int-spec.ts',
    testName: 'tell pages of allowed origins',
  },
  {
    name: 'sign-in is throttled by address',
    file: 'apps/api/src/throttle/throttled.ts',
    find: 'await this.throttles.take(',
    replace: 'void (',
    spec: 'test/attacks/throttling.int-spec.ts',
    testName: 'lets one address sign in',
  },
  {
    name: 'costly routes are throttled by person',
    file: 'apps/api/src/throttle/throttles.ts',
    find: 'if (waitMs === 0) return;',
    replace: "if (waitMs >= 0 && name !== 'sign-in') return;",
    spec: 'test/attacks/throttling.int-spec.ts',
    testName: 'limits ',
  },
  {
    name: 'X-Forwarded-For is believed of a trusted proxy alone',
    file: 'apps/api/src/http/client-address.ts',
    find: "trustProxy ? request.headers['x-forwarded-for'] : undefined",
    replace: "request.headers['x-forwarded-for']",
    spec: 'test/attacks/throttling.int-spec.ts',
    testName: 'believes no X-Forwarded-For',
  },
  {
    name: 'of X-Forwarded-For only what the proxy wrote counts',
    file: 'apps/api/src/http/client-address.ts',
    find: ".flat().at(-1)?.split(',').at(-1)",
    replace: ".flat().at(-1)?.split(',').at(0)",
    spec: 'test/attacks/throttling.int-spec.ts',
    testName: 'counts a network of IPv6',
  },
  {
    name: 'a network of IPv6 counts as one address',
    file: 'apps/api/src/http/client-address.ts',
    find: '.slice(0, 4)',
    replace: '.slice(0, 8)',
    spec: 'test/attacks/throttling.int-spec.ts',
    testName: 'counts a network of IPv6',
  },
  {
    name: 'who guesses the key of the service user waits (brute force)',
    file: 'apps/api/src/auth/service-key.ts',
    find: 'if (waitMs > 0) {',
    replace: 'if (waitMs < 0) {',
    spec: 'test/attacks/throttling.int-spec.ts',
    testName: 'has who guesses keys wait',
  },
  {
    name: 'many guesses at once are as good as one after the other',
    file: 'libs/persistence/src/redis/failed-attempts.ts',
    find: 'if left > 0 then return left end',
    replace: "if left > 0 and ARGV[1] == '1' then return left end",
    spec: 'test/attacks/throttling.int-spec.ts',
    testName: 'learns no more from many guesses',
  },
  {
    name: 'who sends wrong API tokens waits (brute force)',
    file: 'apps/api/src/auth/bearer-tokens.ts',
    find: 'await this.ready(this.attempts.count(from, this.wrong));',
    replace: '',
    spec: 'test/attacks/throttling.int-spec.ts',
    testName: 'looks at no token any more',
  },
  {
    name: 'a sign-in is completed by the browser that began it alone (login CSRF)',
    file: 'apps/api/src/auth/mediawiki-strategy.ts',
    find: 'if (handshake?.key !== token) {',
    replace: 'if (handshake === undefined) {',
    spec: 'test/sign-in.int-spec.ts',
    testName: 'takes a callback once',
  },
  {
    name: 'sockets close on all processes when their session or token ends',
    file: 'apps/api/src/live/live-feed.ts',
    find: 'onSessionEnd: (end) => this.gateway.endSession(end),',
    replace: 'onSessionEnd: () => undefined,',
    spec: 'test/attacks/sessions.int-spec.ts',
    testName: 'end with their sockets, on all processes, at sign-out',
  },
  {
    name: 'sockets close when their session or token runs out',
    file: 'apps/api/src/live/live.gateway.ts',
    find: 'if (!(await this.authenticator.isAlive(person)))',
    replace: 'if ((await this.authenticator.isAlive(person)) === null)',
    spec: 'test/attacks/sessions.int-spec.ts',
    testName: 'when they are not used',
  },
  {
    name: 'sessions end when they are not used',
    file: 'libs/persistence/src/sessions/session.repository.ts',
    find: 'math.min(tonumber(ARGV[2]), began + ARGV[3] - ARGV[1])',
    replace: 'math.min(tonumber(ARGV[2]) * 100000, began + ARGV[3] - ARGV[1])',
    spec: 'test/attacks/sessions.int-spec.ts',
    testName: 'when they are not used',
  },
  {
    name: 'sessions end when they are old, however much they are used',
    file: 'libs/persistence/src/sessions/session.repository.ts',
    find: 'math.min(tonumber(ARGV[2]), began + ARGV[3] - ARGV[1])',
    replace: 'tonumber(ARGV[2])',
    spec: 'libs/persistence/src/sessions/session.repository.int-spec.ts',
    testName: 'never outlives its whole term',
  },
  {
    name: 'what an administrator may do stops everywhere when the right is taken away',
    file: 'apps/api/src/auth/administrators.ts',
    find: 'adminUsernames.filter((name) => newest.includes(name))',
    replace: 'adminUsernames',
    spec: 'test/attacks/sessions.int-spec.ts',
    testName: 'of who is no administrator',
  },
  {
    name: 'sockets of who is no administrator any more close',
    file: 'apps/api/src/auth/administrators.ts',
    find: 'for (const username of former) await this.endSessions(username);',
    replace: '',
    spec: 'test/attacks/sessions.int-spec.ts',
    testName: 'of who is no administrator',
  },
  {
    name: 'links of other sites sign nobody out (logout CSRF)',
    file: 'apps/api/src/http/configure-app.ts',
    find: "app.use('/auth/logout', refuseForgedVisits(publicUrl, allowedOrigins));",
    replace: '',
    spec: 'test/attacks/sessions.int-spec.ts',
    testName: 'logout CSRF',
  },
  {
    name: 'no other host sets the cookie of the session',
    file: 'apps/api/src/auth/session.middleware.ts',
    find: "isSecure ? '__Host-curator_session' : 'curator_session'",
    replace: "isSecure ? 'curator_session' : 'curator_session'",
    spec: 'test/attacks/sessions.int-spec.ts',
    testName: 'have a cookie that only this host',
  },
];
