import type { DerivedValue, Environment } from './variable.js';

/** Where one signs in by ssh. See https://wikitech.wikimedia.org/wiki/Help:Toolforge/Quickstart */
export const TOOLFORGE_BASTION = 'login.toolforge.org';

/** Other variables than their own that the addresses of the replicas come from. */
export const REPLICA_VARIABLES: readonly string[] = [
  'TOOL_REPLICA_USER',
  'TOOL_REPLICA_PASSWORD',
  'TOOL_TOOLSDB_USER',
  'TOOL_TOOLSDB_PASSWORD',
  'TOOLFORGE_SSH_HOST',
];

const CORE_HOST = 'commonswiki.analytics.db.svc.wikimedia.cloud';
const DATABASE = 'commonswiki_p';
/** The links tables are on servers with this before their name. See https://wikitech.wikimedia.org/wiki/Help:Wiki_Replicas */
const LINKS_PREFIX = 'links.';
const WIKIMEDIA_HOST = /^commonswiki\.(?:\w+\.)*wikimedia\.cloud$/;

const filled = (text: string | undefined): string | null => text?.trim() || null;

/** @returns `user:password@` of a tool's account on Toolforge, or null */
function credentialsOf(environment: Environment): string | null {
  for (const account of ['TOOL_REPLICA', 'TOOL_TOOLSDB']) {
    const user = filled(environment[`${account}_USER`]);
    const password = filled(environment[`${account}_PASSWORD`]);
    if (user && password) return `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  }
  return null;
}

/** The older name, the account of a tool, or, where a way in by ssh is named, the address alone. */
export function commonsReplica(environment: Environment): DerivedValue | null {
  const older = filled(environment['COMMONS_DB_URL']);
  if (older) {
    return {
      text: older.replace(/^mysql\+\w+:/, 'mysql:'),
      deprecation: 'COMMONS_DB_URL is an older name and will go away: set COMMONS_REPLICA_URL.',
    };
  }
  const credentials = credentialsOf(environment);
  if (credentials === null && !filled(environment['TOOLFORGE_SSH_HOST'])) return null;
  return { text: `mysql://${credentials ?? ''}${CORE_HOST}/${DATABASE}` };
}

/** Beside the core tables at Wikimedia; elsewhere where the core tables are. */
export function linksReplica(environment: Environment): DerivedValue | null {
  const core = filled(environment['COMMONS_REPLICA_URL']) ?? commonsReplica(environment)?.text;
  if (!core || !URL.canParse(core)) return null;
  const url = new URL(core);
  if (WIKIMEDIA_HOST.test(url.hostname)) url.hostname = `${LINKS_PREFIX}${url.hostname}`;
  return { text: url.toString() };
}
