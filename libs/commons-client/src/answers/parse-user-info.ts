import { flagAt, isObject, numberAt, objectAt, textAt, textsAt, type JsonObject } from '../json.js';
import type { Block, RateWindow, UserInfo } from '../types.js';

const readWindow = (value: unknown): RateWindow | null => {
  const hits = numberAt(value, 'hits');
  const seconds = numberAt(value, 'seconds');
  return hits === undefined || seconds === undefined || seconds <= 0 ? null : { hits, seconds };
};

const rate = (window: RateWindow): number => window.hits / window.seconds;

const mostPermissive = (windows: readonly RateWindow[]): RateWindow[] => {
  const [best] = [...windows].sort((a, b) => rate(b) - rate(a) || b.hits - a.hits);
  return best ? [best] : [];
};

/** Limits that hold for an address, whoever uses it. */
const BY_ADDRESS = new Set(['ip', 'subnet', 'ip-all', 'subnet-all', 'anon']);

/**
 * The windows that hold for one action: those of a new account where MediaWiki lists them, because they override all others,
 * else the most permissive of the user's groups.
 */
function findWindows(ratelimits: JsonObject, action: string): RateWindow[] {
  const byGroup = ratelimits[action];
  if (!isObject(byGroup)) return [];
  const newbie = readWindow(byGroup['newbie']);
  if (newbie) return [newbie];
  const groups = Object.entries(byGroup).filter(([group]) => !BY_ADDRESS.has(group));
  return mostPermissive(groups.flatMap(([, value]) => readWindow(value) ?? []));
}

const readBlock = (info: JsonObject): Block | null =>
  numberAt(info, 'blockid') === undefined && textAt(info, 'blockedby') === undefined
    ? null
    : {
        by: textAt(info, 'blockedby') ?? '',
        reason: textAt(info, 'blockreason') ?? '',
        expiry: textAt(info, 'blockexpiry') ?? 'infinite',
        partial: flagAt(info, 'blockpartial'),
      };

/** @see https://www.mediawiki.org/wiki/API:Userinfo */
export function parseUserInfo(body: JsonObject): UserInfo {
  const info = objectAt(objectAt(body, 'query'), 'userinfo');
  const rights = textsAt(info, 'rights');
  const limits = objectAt(info, 'ratelimits');
  const exempt = rights.includes('noratelimit') || Object.keys(limits).length === 0;
  const windows = (action: string): RateWindow[] => (exempt ? [] : findWindows(limits, action));
  return {
    id: numberAt(info, 'id') ?? 0,
    name: textAt(info, 'name') ?? '',
    rights,
    groups: textsAt(info, 'groups'),
    editCount: numberAt(info, 'editcount') ?? 0,
    blocked: readBlock(info),
    exempt,
    windows: {
      upload: windows('upload'),
      edit: windows('edit'),
      purge: windows('purge'),
      linkpurge: windows('linkpurge'),
    },
  };
}
