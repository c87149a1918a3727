import 'reflect-metadata';
import { openDatabase, TokenRewrap, TokenVault } from '#app/persistence';
import { ConfigurationError } from '#app/protocol';
import { parseArgs } from 'node:util';
import { loadKeysConfig } from './keys.config.js';
import { describeKeys, listUses, remainsOld } from './describe-keys.js';

/**
 * npm run keys:rewrap -- [--dry-run]: seals with the first of TOKEN_ENCRYPTION_KEYS what others have sealed, and says which
 * keys may be removed. Ends with 1 while anything is sealed with another one; a dry run only counts and ends with 0.
 */
async function start(): Promise<number> {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
  const { config } = loadKeysConfig(process.env);
  const vault = new TokenVault(config.tokenEncryptionKeys);
  const database = await openDatabase(config.databaseUrl, 2);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    const rewrap = new TokenRewrap(database, vault);
    const before = await rewrap.count();
    say(listUses(before));
    if (values['dry-run']) {
      say(describeKeys(before, vault));
      return 0;
    }
    const { rewrapped, unreadable } = await rewrap.run(stop.signal);
    const after = await rewrap.count();
    say([`${rewrapped} rows sealed anew, ${unreadable} cannot be opened by any key`]);
    say(listUses(after));
    say(describeKeys(after, vault));
    return remainsOld(after, vault) ? 1 : 0;
  } finally {
    await database.close();
  }
}

const say = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n\n`);
};

start().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isExpected =
      error instanceof ConfigurationError || (error instanceof Error && error.name === 'AbortError');
    const text =
      error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  },
);
