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
];
