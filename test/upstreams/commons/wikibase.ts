import { createHash, randomUUID } from 'node:crypto';

import type { ApiCall } from './api-call.js';
import { ApiError } from './api-error.js';
import { isoTime, type Page } from './content.js';
import { parseTitle } from './titles.js';
import { readStatement } from './wikibase-validation.js';
import type { MediaInfo, Snak, Statement } from './wikibase-values.js';

const MAX_LABEL = 250;
const EMPTY: MediaInfo = { labels: {}, statements: {} };

/** `action=wbgetentities` for MediaInfo: https://www.mediawiki.org/wiki/Extension:WikibaseMediaInfo/Data_Model */
export function wbgetentities(call: ApiCall): Record<string, unknown> {
  call.know('props', 'languages', 'languagefallback', 'redirects', 'normalize');
  const ids = call.list('ids');
  const titles = call.list('titles');
  const sites = call.list('sites');
  if (ids.length === 0 && (titles.length === 0 || sites.length === 0))
    throw new ApiError(
      'param-missing',
      'Either provide the item "ids" or pairs of "sites" and "titles" for corresponding pages',
    );
  const entities: Record<string, unknown> = {};
  for (const id of ids) {
    const page = pageOfId(call, id);
    if (page === null)
      throw new ApiError('no-such-entity', `Could not find an entity with the ID "${id}".`, { id });
    entities[id] = describeEntity(page);
  }
  let missing = 0;
  for (const title of titles) {
    const page = knownPage(call, title);
    if (page === null) {
      missing -= 1;
      entities[String(missing)] = { site: sites[0], title, missing: '' };
    } else {
      entities[`M${page.id}`] = describeEntity(page);
    }
  }
  return { entities, success: 1 };
}

function describeEntity(page: Page): Record<string, unknown> {
  const newest = page.revisions[0];
  const id = `M${page.id}`;
  if (newest?.mediaInfo == null) return { id, missing: '' };
  return {
    pageid: page.id,
    ns: page.title.ns,
    title: page.title.text,
    lastrevid: newest.revid,
    modified: isoTime(newest.timestamp),
    type: 'mediainfo',
    ...serialize(id, newest.mediaInfo),
  };
}

/** PHP writes an empty map as a list, and so does this. */
const serialize = (id: string, info: MediaInfo): Record<string, unknown> => ({
  id,
  labels: info.labels,
  descriptions: {},
  statements: Object.keys(info.statements).length === 0 ? [] : info.statements,
});

/** The file's page, unless it is younger than structured data notices. */
function knownPage(call: ApiCall, text: string): Page | null {
  const title = parseTitle(text);
  const page = 'invalid' in title ? undefined : call.wiki.content.pages.get(title.text);
  const created = page?.revisions.at(-1)?.timestamp.getTime() ?? 0;
  return page === undefined || page.title.ns !== 6 || Date.now() - created < call.wiki.settings.entityDelayMs
    ? null
    : page;
}

function pageOfId(call: ApiCall, id: string): Page | null {
  const page = /^M\d+$/.test(id) ? call.wiki.content.findById(Number(id.slice(1))) : null;
  return page?.title.ns === 6 ? page : null;
}

/** `action=wbeditentity` for MediaInfo, with Wikibase's merging of edits that do not touch the same things. */
export function wbeditentity(call: ApiCall): Record<string, unknown> {
  call.know('tags', 'bot', 'clear', 'new');
  const page = pageToEdit(call);
  const changes = readChanges(call.required('data'));
  const user = call.needsRight('edit', 'edit this page');
  const newest = page.revisions[0];
  if (newest === undefined) throw new Error('a page without revisions');
  const id = `M${page.id}`;
  const current = newest.mediaInfo ?? EMPTY;
  const base = call.text('baserevid');
  if (base !== null && Number(base) !== newest.revid) mergeOrRefuse(call, page, Number(base), changes);
  const next = call.flag('clear') ? structuredClone(EMPTY) : structuredClone(current);
  applyLabels(next, changes.labels);
  applyStatements(next, id, changes.claims);
  if (JSON.stringify(next) === JSON.stringify(current) && newest.mediaInfo !== null) {
    return {
      entity: { ...serialize(id, current), type: 'mediainfo', lastrevid: newest.revid, nochange: '' },
      success: 1,
    };
  }
  if (!call.wiki.users.hit(user, 'edit')) throw throttled();
  const { revision } = call.wiki.content.save(page.title, {
    user: user.name,
    comment: call.text('summary') ?? '',
    mediaInfo: next,
  });
  user.editCount += 1;
  return { entity: { ...serialize(id, next), type: 'mediainfo', lastrevid: revision.revid }, success: 1 };
}

/** How Wikibase says that somebody edits too fast: the reason is only in `messages`. */
export function throttled(): ApiError {
  const text =
    'As an anti-abuse measure, you are limited from performing this action too many times in a short space of time, and you have exceeded this limit. Please try again in a few minutes.';
  return new ApiError('failed-save', 'The save has failed.', {
    messages: [
      { name: 'wikibase-api-failed-save', parameters: [], html: 'The save has failed.' },
      { name: 'actionthrottledtext', parameters: [], html: text },
    ],
  });
}

function pageToEdit(call: ApiCall): Page {
  const id = call.text('id');
  const site = call.text('site');
  const title = call.text('title');
  if (id === null && (site === null || title === null))
    throw new ApiError(
      'param-missing',
      'Either provide the item "id" or pairs of "site" and "title" for a corresponding page',
    );
  if (id !== null) {
    const page = pageOfId(call, id);
    if (page === null)
      throw new ApiError('no-such-entity', `Could not find an entity with the ID "${id}".`, { id });
    return page;
  }
  if (site !== 'commonswiki')
    throw new ApiError('badvalue', `Unrecognized value for parameter "site": ${site}.`);
  const page = knownPage(call, title ?? '');
  if (page === null)
    throw new ApiError('no-such-entity-link', `No entity found matching site link "commonswiki:${title}".`);
  return page;
}

interface Changes {
  labels: { language: string; value: string | null }[];
  claims: ({ remove: string } | { statement: Omit<Statement, 'id'> & { id?: string } })[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listed = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isRecord(value) ? Object.values(value).flat() : [];

function readChanges(text: string): Changes {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new ApiError('invalid-json', 'The supplied JSON could not be decoded.');
  }
  if (!isRecord(data)) throw new ApiError('not-recognized-array', 'Expected an array or object');
  const unknown = Object.keys(data).find((key) => !['labels', 'claims', 'descriptions'].includes(key));
  if (unknown !== undefined) throw new ApiError('not-recognized', `Unknown key: ${unknown}`);
  return { labels: listed(data['labels']).map(readLabel), claims: listed(data['claims']).map(readClaim) };
}

function readLabel(value: unknown): Changes['labels'][number] {
  if (!isRecord(value) || typeof value['language'] !== 'string')
    throw new ApiError('invalid-language', 'A label needs a language');
  if (value['remove'] !== undefined) return { language: value['language'], value: null };
  const text = value['value'];
  if (typeof text !== 'string')
    throw new ApiError('not-recognized-string', 'A string was expected, but not found');
  if ([...text].length > MAX_LABEL) {
    throw new ApiError('modification-failed', `Must be no more than ${MAX_LABEL} characters long`, {
      messages: [
        {
          name: 'wikibase-validator-label-too-long',
          parameters: [String(MAX_LABEL), text],
          html: `Must be no more than ${MAX_LABEL} characters long`,
        },
      ],
    });
  }
  return { language: value['language'], value: text.trim() };
}

function readClaim(value: unknown): Changes['claims'][number] {
  if (isRecord(value) && value['remove'] !== undefined) {
    if (typeof value['id'] !== 'string')
      throw new ApiError('invalid-claim', 'Cannot remove a claim without its id');
    return { remove: value['id'] };
  }
  return { statement: readStatement(value) };
}

function applyLabels(info: MediaInfo, labels: Changes['labels']): void {
  for (const { language, value } of labels) {
    if (value === null || value === '') delete info.labels[language];
    else info.labels[language] = { language, value };
  }
}

function applyStatements(info: MediaInfo, entityId: string, claims: Changes['claims']): void {
  for (const claim of claims) {
    if ('remove' in claim) {
      removeStatement(info, claim.remove);
      continue;
    }
    const { id = `${entityId}$${randomUUID().toUpperCase()}`, ...rest } = claim.statement;
    if (!id.startsWith(`${entityId}$`))
      throw new ApiError('invalid-claim', `The statement "${id}" belongs to another entity`);
    const statement = withHashes({ ...rest, id });
    const group = (info.statements[statement.mainsnak.property] ??= []);
    const at = group.findIndex((other) => other.id === id);
    if (at < 0) group.push(statement);
    else group[at] = statement;
  }
}

function removeStatement(info: MediaInfo, id: string): void {
  for (const [property, group] of Object.entries(info.statements)) {
    const kept = group.filter((statement) => statement.id !== id);
    if (kept.length > 0) info.statements[property] = kept;
    else delete info.statements[property];
  }
}

const hashOf = (value: unknown): string => createHash('sha1').update(JSON.stringify(value)).digest('hex');
const hashed = (snak: Snak): Snak => ({
  snaktype: snak.snaktype,
  property: snak.property,
  hash: hashOf([snak.property, snak.datavalue ?? snak.snaktype]),
  ...(snak.datavalue === undefined ? {} : { datavalue: snak.datavalue }),
});
const allHashed = (snaks: Record<string, Snak[]>): Record<string, Snak[]> =>
  Object.fromEntries(Object.entries(snaks).map(([property, list]) => [property, list.map(hashed)]));

function withHashes(statement: Statement): Statement {
  return {
    ...statement,
    mainsnak: hashed(statement.mainsnak),
    ...(statement.qualifiers === undefined ? {} : { qualifiers: allHashed(statement.qualifiers) }),
    ...(statement.references === undefined
      ? {}
      : {
          references: statement.references.map((reference) => ({
            ...reference,
            snaks: allHashed(reference.snaks),
            hash: hashOf(reference.snaks),
          })),
        }),
  };
}

/** Edits since `base` are merged with a warning unless they touched what is to be changed. @throws ApiError editconflict */
function mergeOrRefuse(call: ApiCall, page: Page, base: number, changes: Changes): void {
  const known = page.revisions.find((revision) => revision.revid === base);
  if (known === undefined) throw new ApiError('nosuchrevid', `There is no revision with ID ${base}.`);
  const before = known.mediaInfo ?? EMPTY;
  const now = page.revisions[0]?.mediaInfo ?? EMPTY;
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  const labelClash = changes.labels.some(
    ({ language }) => before.labels[language]?.value !== now.labels[language]?.value,
  );
  const touched = changes.claims
    .map((claim) => ('remove' in claim ? claim.remove : claim.statement.id))
    .filter((id) => id !== undefined);
  const statementClash = touched.some(
    (id) => JSON.stringify(findStatement(before, id)) !== JSON.stringify(findStatement(now, id)),
  );
  if (labelClash || statementClash)
    throw new ApiError('editconflict', 'Edit conflict. Could not patch the current revision.');
  call.warn('wbeditentity', 'wikibase-conflict-patched', 'Your edit was patched into the latest version.');
}

const findStatement = (info: MediaInfo, id: string): Statement | null =>
  Object.values(info.statements)
    .flat()
    .find((statement) => statement.id === id) ?? null;
