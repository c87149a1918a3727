import { TemporaryError, type Label, type Statement } from '#app/protocol';
import { isObject, listAt, numberAt, objectAt, textAt, type JsonObject } from '../json.js';
import type { MediaInfo } from '../types.js';

const isSnak = (value: unknown): boolean => {
  const type = textAt(value, 'snaktype');
  if (textAt(value, 'property') === undefined) return false;
  return type === 'value'
    ? isObject(objectAt(value, 'datavalue'))
    : type === 'somevalue' || type === 'novalue';
};

const isStatement = (value: unknown): value is Statement =>
  isObject(value) && isSnak(value['mainsnak']) && textAt(value, 'rank') !== undefined;

/** Of any entity. */
export const readStatements = (entity: JsonObject): Record<string, Statement[]> => {
  // Other entities call them `claims`; an empty map is written as `[]`.
  const byProperty = 'statements' in entity ? objectAt(entity, 'statements') : objectAt(entity, 'claims');
  return Object.fromEntries(
    Object.keys(byProperty).map((property) => [property, listAt(byProperty, property).filter(isStatement)]),
  );
};

const readLabels = (entity: JsonObject): Label[] =>
  listAt(entity, 'labels').flatMap((label) => {
    const [language, value] = [textAt(label, 'language'), textAt(label, 'value')];
    return language !== undefined && value !== undefined ? [{ language, value }] : [];
  });

/**
 * The structured data of a file from `wbgetentities`: null when there is no such file, empty when the file has none yet.
 * @see https://www.mediawiki.org/wiki/Extension:WikibaseMediaInfo/Data_Model
 */
export function parseMediaInfo(body: JsonObject): MediaInfo | null {
  const [entity] = listAt(body, 'entities');
  const id = textAt(entity, 'id');
  if (!isObject(entity) || id === undefined || !/^M\d+$/.test(id)) return null;
  const lastRevisionId = numberAt(entity, 'lastrevid');
  return {
    id,
    statements: readStatements(entity),
    labels: readLabels(entity),
    ...(lastRevisionId === undefined || 'missing' in entity ? {} : { lastRevisionId }),
  };
}

/** @throws TemporaryError `unexpected-answer` when the answer does not say that the edit was saved */
export function parseEntityEdit(body: JsonObject): { id: string; revisionId: number } {
  const entity = objectAt(body, 'entity');
  const id = textAt(entity, 'id');
  if (numberAt(body, 'success') !== 1 || id === undefined) {
    throw new TemporaryError('unexpected-answer', 'unexpected-answer: Wikibase did not confirm the edit');
  }
  return { id, revisionId: numberAt(entity, 'lastrevid') ?? 0 };
}
