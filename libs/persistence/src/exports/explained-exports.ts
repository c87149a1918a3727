import type { NamedQuery, QuerySample } from '../database/explained-queries.js';
import * as rows from './row-statements.js';
import * as statements from './statements.js';

const PAGE = 1_000;

/** The queries of exports whose cost must not grow, with sample values. */
export function exportQueries({ userid, batchid, now }: QuerySample): NamedQuery[] {
  const query = (name: string, statement: string, values: NamedQuery['values']): NamedQuery => ({
    name,
    statement,
    values,
  });
  const upTo = Number.MAX_SAFE_INTEGER;
  return [
    query('export: change of a batch', rows.FIND_CHANGE_OF_BATCH, [batchid]),
    query('export: change of a user', rows.FIND_CHANGE_OF_USER, [userid]),
    query('export: change of failed of a user', rows.FIND_CHANGE_OF_FAILED_OF_USER, [userid]),
    query('export: pin a batch', rows.PIN_BATCH, [batchid]),
    query('export: pin a user', rows.PIN_OF_USER, [userid]),
    query('export: pin failed of a user', rows.PIN_FAILED_OF_USER, [userid]),
    query('export: read a batch', rows.READ_BATCH, [batchid, 1, upTo, PAGE]),
    query('export: read failed of a batch', rows.READ_FAILED_OF_BATCH, [batchid, userid, 1, upTo, PAGE]),
    query('export: read a user', rows.READ_OF_USER, [userid, 1, upTo, PAGE]),
    query('export: read failed of a user', rows.READ_FAILED_OF_USER, [userid, upTo, now, now, now, 1, PAGE]),
    query('export: expired files', statements.LIST_EXPIRED_FILES, [now, new Date(0), new Date(0), 0, PAGE]),
    query('export: written files', statements.LIST_WRITTEN_FILES, [0, PAGE]),
    query('export: list', statements.listExports(false), [userid, 20, 0]),
  ];
}
