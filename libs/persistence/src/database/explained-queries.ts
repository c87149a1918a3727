import {
  COUNT_AHEAD,
  COUNT_BY_STATUS,
  countOf,
  FIND_BATCH,
  LIST_BATCHES,
  LIST_COMMITS,
  pageOf,
  selectIds,
} from '../batches/statements.js';
import * as manifests from '../manifests/statements.js';
import * as presets from '../presets/statements.js';
import { exportQueries } from '../exports/explained-exports.js';
import { importQueries } from '../imports/explained-imports.js';
import * as recategorizations from '../recategorizations/statements.js';
import * as counts from '../quotas/count-statements.js';
import * as operation from '../operation/statements.js';
import * as quotas from '../quotas/statements.js';
import { NOTIFICATION_ORDERS } from '../notifications/notification.js';
import * as notifications from '../notifications/statements.js';
import * as schedules from '../schedules/statements.js';
import * as replan from '../uploads/replan-statements.js';
import * as uploads from '../uploads/statements.js';
import * as turns from '../uploads/turns/statements.js';
import type { SqlValue } from './database.js';

/** Values with which the queries are asked; to be taken from rows that exist. */
export interface QuerySample {
  userid: string;
  /** The start of a name. */
  username: string;
  batchid: number;
  uploadId: number;
  uploadIds: readonly number[];
  /** Newest first, as a page of the list has them. */
  batchIds: readonly number[];
  keys: readonly string[];
  now: Date;
}

export interface NamedQuery {
  name: string;
  statement: string;
  values: readonly SqlValue[];
}

const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const RETRIED = ['failed', 'cancelled'];
const MANIFEST = '00000000-0000-0000-0000-000000000007';

const notificationQueries = (userid: string): NamedQuery[] =>
  NOTIFICATION_ORDERS.flatMap((sortby) =>
    [false, true].map((unread) => ({
      name: `list ${unread ? 'unread ' : ''}notifications by ${sortby}`,
      statement: notifications.listNotifications({ unread, sortby, asc: false }),
      values: [userid, 20, 0],
    })),
  );

/**
 * The queries whose cost must not grow with the number of uploads there are, with sample values: for a spec that has them
 * explained, and for measuring them.
 */
export function explainedQueries(sample: QuerySample): NamedQuery[] {
  const { userid, username, batchid, uploadId, uploadIds, batchIds, keys, now } = sample;
  const chosen = (name: string, { statement, values }: ReturnType<typeof selectIds>): NamedQuery => ({
    name,
    statement,
    values,
  });
  const query = (name: string, statement: string, values: readonly SqlValue[]): NamedQuery => ({
    name,
    statement,
    values,
  });
  return [
    query('find upload', uploads.FIND_UPLOAD, [uploadId]),
    query('list states', uploads.LIST_STATES, [uploadIds]),
    query('list states of a batch', uploads.LIST_BATCH_STATES, [batchid]),
    query('list uploads of a batch', uploads.LIST_BATCH_UPLOADS, [batchid]),
    query('list states by key', uploads.LIST_STATES_BY_KEY, [batchid, keys]),
    query('list taken titles', uploads.LIST_TAKEN_TITLES, [batchid, keys]),
    query('list files of images', uploads.LIST_FILES_OF_IMAGES, ['mapillary', keys, null, null]),
    query('list uploads to copy', uploads.LIST_BATCH_UPLOADS_OF_STATUS, [batchid, RETRIED]),
    query('count uploads of a batch', uploads.COUNT_BATCH_UPLOADS, [batchid, RETRIED]),
    query('list waiting batches', turns.LIST_WAITING_BATCHES, []),
    query('count running', turns.COUNT_RUNNING, []),
    query('lock expired lease', turns.LOCK_EXPIRED_LEASE, [now]),
    query('lock first waiting', turns.LOCK_FIRST_WAITING, [batchid, false, now, now]),
    query('lock free user', turns.LOCK_FREE_USER, [userid]),
    query('list closable batches', turns.LIST_CLOSABLE, [now, 100]),
    query('list finished batches', notifications.LIST_FINISHED_BATCHES, [now, 100]),
    ...notificationQueries(userid),
    query('list schedules', schedules.listSchedules('name', true), [userid, 20, 0]),
    query('list runs by slot', schedules.listRuns('slot_at', false), [1, 20, 0]),
    query('list runs by creation', schedules.listRuns('created_at', false), [1, 20, 0]),
    query('list schedules set ahead', schedules.LIST_SET_AHEAD, [now, 50]),
    query('list due schedules', schedules.LIST_DUE_SCHEDULES, [now, 50]),
    query('list lost runs', schedules.LIST_LOST_RUNS, [now, now]),
    query('list ended runs', schedules.LIST_ENDED_RUNS, [100]),
    query('list unfinished batches', turns.LIST_UNFINISHED, [batchIds]),
    query('note served', turns.NOTE_SERVED, [now, userid]),
    query('find wake-up', turns.FIND_WAKE_UP, [uploadId]),
    query('claim', uploads.CLAIM, ['explained', now, now, uploadId, now, now]),
    query('renew lease', uploads.RENEW_LEASE, [now, uploadId, 'explained']),
    query('save checkpoint', uploads.SAVE_CHECKPOINT, ['{}', uploadId, 'explained']),
    query('mark dispatched', uploads.MARK_DISPATCHED, [now, uploadIds]),
    query('list due batches', uploads.LIST_DUE_BATCHES, [now]),
    query('list due of a batch', uploads.LIST_DUE_OF_BATCH, [userid, batchid, now, 100]),
    query('list lost', uploads.LIST_LOST, [now, 100]),
    query('list expired leases', uploads.LIST_EXPIRED_LEASES, [now, 100]),
    query('list owed structured data', uploads.LIST_SDC_OWED, [now, 100]),
    query('list owed refreshes', uploads.LIST_REFRESH_OWED, [now, 100]),
    query('lock cancellable', uploads.LOCK_CANCELLABLE, [batchid]),
    query('request cancel', uploads.REQUEST_CANCEL, [now, batchid]),
    query('lock queued of token', uploads.LOCK_QUEUED_OF_TOKEN, [userid, 'explained']),
    query('forget owed tokens', uploads.FORGET_OWED_TOKENS, [userid, 'explained']),
    query('renew open tokens', uploads.RENEW_OPEN_TOKENS, ['explained', userid]),
    query('renew owed tokens', uploads.RENEW_OWED_TOKENS, ['explained', now, userid]),
    query('list counted times', replan.LIST_COUNTED_TIMES, [userid, userid, now]),
    query('list edit moments', recategorizations.LIST_EDIT_MOMENTS, [now, userid]),
    query('page of untouched files', recategorizations.pageUntouched(true), [1, 20, 0]),
    query('count untouched files', recategorizations.COUNT_UNTOUCHED, [[1, 2]]),
    query('list files to move', recategorizations.LIST_FILES, [1, 'pending', 50]),
    query('list uncommitted times', replan.LIST_UNCOMMITTED_TIMES, [userid, userid]),
    query('list planned beyond', replan.LIST_PLANNED_BEYOND, [now]),
    query('list paused batches', replan.LIST_PAUSED_BATCHES, [userid, userid]),
    query('move planned', replan.MOVE_PLANNED, [
      JSON.stringify(uploadIds.map((id) => ({ id, at: '2026-01-01 00:00:00.000' }))),
    ]),
    query('list still queued', replan.LIST_STILL_QUEUED, [uploadIds]),
    query('find schedule', uploads.FIND_SCHEDULE, [batchid]),
    query('count work ahead', COUNT_AHEAD, [userid, now, userid, now]),
    query('list commits', LIST_COMMITS, [userid, now, 50]),
    query('list presets', presets.LIST_PRESETS, [userid, 'mapillary']),
    query('count presets', presets.COUNT_PRESETS, [userid, 'mapillary']),
    query('clear default preset', presets.CLEAR_DEFAULT, [userid, 'mapillary', 1]),
    query('find preset', presets.FIND_PRESET, [7, userid]),
    query('replace preset', presets.REPLACE_PRESET, ['', '', null, null, false, false, now, 1]),
    query('delete preset', presets.DELETE_PRESET, [1, userid]),
    query('list rows of a manifest', manifests.LIST_ROWS, [MANIFEST, keys]),
    query('list keys of a manifest', manifests.LIST_KEYS, [MANIFEST]),
    query('list files of images of a manifest', uploads.LIST_FILES_OF_IMAGES, [
      'manifest',
      keys,
      MANIFEST,
      MANIFEST,
    ]),
    query('used of a quota of uploads', counts.usedSince('max_uploads'), [userid, now, 0]),
    query('used of a quota of bytes', counts.usedSince('max_bytes'), [userid, now, 0]),
    query('used of uploads that had not ended', counts.usedOf('max_bytes'), [uploadIds, 0]),
    query('settled of a quota', counts.settledBetween('max_bytes'), [userid, LONG_AGO, now]),
    query('settled of what had not ended', counts.settledOf('max_bytes'), [uploadIds]),
    query('find what has not ended of a quota', counts.FIND_OPEN, [userid, LONG_AGO, now, 1_000]),
    query('used of a quota of batches', counts.COUNT_BATCHES, [userid, now]),
    query('list quotas nearly spent', quotas.LIST_UNTOLD_NEAR, [100]),
    query('note a quota nearly spent as told', quotas.TELL_NEAR, [now, userid, 1]),
    query('find batch', FIND_BATCH, [batchid]),
    query('list batches', LIST_BATCHES, [batchIds]),
    query('count by status', COUNT_BY_STATUS, [batchIds]),
    chosen('first page of batches', pageOf(selectIds({}), 100, 0)),
    chosen('page of a user', pageOf(selectIds({ userid }), 100, 0)),
    chosen('page by user name', pageOf(selectIds({ filter: username }), 100, 0)),
    chosen('page by batch id', pageOf(selectIds({ filter: String(batchid) }), 100, 0)),
    chosen('changed batches of a list', selectIds({ userid, ids: batchIds })),
    chosen('count batches of a user', countOf(selectIds({ userid }))),
    query('count queued uploads', operation.COUNT_QUEUED, [now]),
    query('count running uploads', operation.COUNT_RUNNING_UPLOADS, [now]),
    query('count open jobs', operation.COUNT_OPEN_JOBS, [now]),
    ...exportQueries(sample),
    ...importQueries(sample),
  ];
}
