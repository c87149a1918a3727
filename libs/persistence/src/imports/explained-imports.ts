import type { NamedQuery, QuerySample } from '../database/explained-queries.js';
import { selectFiles, selectFilesFrom, selectFilesOfPages } from './select-files.js';
import * as statements from './statements.js';

const PAGE = 500;
const RUN = 1;
const FILES = 20_000;

/** The queries of imports whose cost must not grow with what others have imported, with sample values. */
export function importQueries({ userid, now }: QuerySample): NamedQuery[] {
  const query = (name: string, statement: string, values: NamedQuery['values']): NamedQuery => ({
    name,
    statement,
    values,
  });
  const page = selectFiles(RUN, { page: 100, size: 100, sortby: 'position', asc: true }, FILES);
  const rest = selectFilesFrom(RUN, FILES / 2, PAGE, {});
  const pages = Array.from({ length: PAGE }, (_, index) => index + 1);
  const chosen = selectFilesOfPages(RUN, pages);
  return [
    query('import: files of pages', chosen.statement, chosen.values),
    query('import: find', statements.FIND_IMPORT, [1, userid]),
    query('import: list', statements.listImports(false), [userid, 20, 0]),
    query('import: page of files', page.statement, page.values),
    query('import: files from a position', rest.statement, rest.values),
    query('import: names from a position', statements.LIST_NAMES_BETWEEN, [RUN, FILES / 2, FILES / 2 + PAGE]),
    query('import: names among', statements.LIST_NAMES_AMONG, [RUN, ['File 1.jpg', 'File 2.jpg']]),
    query('import: known pages', statements.LIST_KNOWN_PAGES, [RUN, pages]),
    query('import: known categories', statements.LIST_KNOWN_CATEGORIES, [RUN, ['Category 1', 'Category 2']]),
    query('import: waiting people', statements.LIST_WAITING_PEOPLE, [RUN]),
    query('import: own of a run', statements.FIND_OWN_OF_RUN, [RUN, userid]),
    query('import: cancel', statements.CANCEL_IMPORT, [now, 1]),
  ];
}
