import type { Statement } from '#app/protocol';
import { mergeStatements } from '../structured-data/merge-statements.js';
import type { Item, ItemAdditions } from './wikidata-client.js';

/** “Commons category”, see https://www.wikidata.org/wiki/Property:P373 */
const COMMONS_CATEGORY = 'P373';

/**
 * What an item lacks to be linked with a category of Commons, or null when it lacks nothing. Pure and additive: another
 * category, or another page that it is linked with, stays.
 * @param category without namespace, with blanks
 */
export function addCategory(
  item: Pick<Item, 'statements' | 'commonsTitle'>,
  category: string,
): ItemAdditions | null {
  const statement: Statement = {
    type: 'statement',
    rank: 'normal',
    mainsnak: {
      snaktype: 'value',
      property: COMMONS_CATEGORY,
      datavalue: { type: 'string', value: category },
    },
  };
  const known = { statements: item.statements, labels: [] };
  const statements = mergeStatements(known, { statements: [statement], labels: [] })?.statements ?? [];
  const commonsTitle = item.commonsTitle === null ? `Category:${category}` : null;
  return statements.length === 0 && commonsTitle === null ? null : { statements, commonsTitle };
}
