import {
  CLIENT_MESSAGES,
  JOB_KINDS,
  JOB_STATUSES,
  SERVER_MESSAGES,
  UPLOAD_STATUSES,
  UPSTREAMS,
  type ImageSourceName,
} from '#app/protocol';
import { COMMONS_ACTIONS, REQUEST_OUTCOMES } from './request-outcome.js';
import { UPLOAD_ERROR_CODES } from './upload-error-codes.js';

export type ProcessName = 'api' | 'worker';

/** What a label may say: one of these values, or, with `coded`, any of the names that stand in the code. Never what a person writes. */
type LabelValues = readonly string[] | 'coded';

export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** One sentence; the figures of histograms are seconds. */
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** The processes that export it. */
  readonly on: readonly ProcessName[];
  /** Upper bounds of a histogram, in seconds. */
  readonly buckets?: readonly number[];
}

const API = ['api'] as const;
const WORKER = ['worker'] as const;
const BOTH = ['api', 'worker'] as const;

const SOURCES = ['mapillary', 'flickr', 'manifest'] as const satisfies readonly ImageSourceName[];
const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const HTTP_STATUSES = [
  ...['200', '201', '202', '204', '206', '301', '302', '303', '304', '307', '308'],
  ...[
    '400',
    '401',
    '403',
    '404',
    '405',
    '409',
    '413',
    '415',
    '416',
    '429',
    '500',
    '502',
    '503',
    '504',
    'aborted',
  ],
] as const;
const CLOSE_CODES = ['1000', '1001', '1005', '1006', '1008', '1009', '1011', '1013'] as const;
const QUICK = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SLOW = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180];

const define = <const Table extends Readonly<Record<string, MetricDefinition>>>(table: Table): Table => table;

/** Every metric of this service; those of Node come beside. A figure of the queue is the same on all processes: `max()`, never `sum()`. */
export const METRICS = define({
  curator_build_info: {
    kind: 'gauge',
    help: '1, with the version that runs.',
    labels: { version: 'coded' },
    on: BOTH,
  },
  curator_database_up: {
    kind: 'gauge',
    help: 'Whether the database answered this scrape within a second.',
    labels: {},
    on: BOTH,
  },
  curator_redis_up: {
    kind: 'gauge',
    help: 'Whether Redis answered this scrape within a second.',
    labels: {},
    on: BOTH,
  },
  curator_database_connections: {
    kind: 'gauge',
    help: "Connections of this process's pool.",
    labels: { state: ['used', 'idle'] },
    on: BOTH,
  },
  curator_database_waiting: {
    kind: 'gauge',
    help: 'Statements of this process that wait for a connection.',
    labels: {},
    on: BOTH,
  },
  curator_redis_connections: {
    kind: 'gauge',
    help: 'Connections of this process to Redis.',
    labels: { state: ['ready', 'connecting', 'reconnecting', 'closed'] },
    on: BOTH,
  },
  curator_uploads: {
    kind: 'gauge',
    help: 'Uploads that have not ended: planned for later, due now, paused, or in progress.',
    labels: { state: ['planned', 'due', 'paused', 'in_progress'] },
    on: BOTH,
  },
  curator_uploads_oldest_due_age_seconds: {
    kind: 'gauge',
    help: 'How long the upload that has been due longest has waited; 0 when none is due.',
    labels: {},
    on: BOTH,
  },
  curator_uploads_lapsed: {
    kind: 'gauge',
    help: 'Uploads in progress whose worker has not renewed its lease.',
    labels: {},
    on: BOTH,
  },
  curator_rate_plan_commits: {
    kind: 'gauge',
    help: 'Commits that are planned for later, as the rate limits of the wiki allow them.',
    labels: {},
    on: BOTH,
  },
  curator_rate_plan_horizon_seconds: {
    kind: 'gauge',
    help: 'How far in the future the last planned commit is.',
    labels: {},
    on: BOTH,
  },
  curator_people_waiting: {
    kind: 'gauge',
    help: 'People with queued uploads that are not paused.',
    labels: {},
    on: BOTH,
  },
  curator_jobs: {
    kind: 'gauge',
    help: 'Background jobs that have not ended: waiting for a later moment, due now, or running.',
    labels: { kind: JOB_KINDS, state: ['waiting', 'due', 'running'] },
    on: BOTH,
  },
  curator_jobs_oldest_due_age_seconds: {
    kind: 'gauge',
    help: 'How long the background job of a kind that has been due longest has waited; 0 when none is due.',
    labels: { kind: JOB_KINDS },
    on: BOTH,
  },
  curator_queue_figures_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the figures of uploads, rate plan and jobs were counted, as Unix time.',
    labels: {},
    on: BOTH,
  },
  curator_workers: {
    kind: 'gauge',
    help: 'Worker processes by what their heartbeats tell.',
    labels: { state: ['live', 'stalled', 'stopping', 'stale'] },
    on: BOTH,
  },
  curator_chore_last_success_timestamp_seconds: {
    kind: 'gauge',
    help: 'When a regular chore last succeeded on any process, as Unix time.',
    labels: { chore: 'coded' },
    on: BOTH,
  },
  curator_chore_stale: {
    kind: 'gauge',
    help: '1 when a regular chore has not succeeded for longer than it may take.',
    labels: { chore: 'coded' },
    on: BOTH,
  },
  curator_uploads_ended_total: {
    kind: 'counter',
    help: 'Uploads that this process has brought to their final status, with the code of the error of those that failed.',
    labels: { status: UPLOAD_STATUSES, code: UPLOAD_ERROR_CODES },
    on: BOTH,
  },
  curator_upstream_requests_total: {
    kind: 'counter',
    help: 'Requests to services outside, each repetition counted.',
    labels: { upstream: UPSTREAMS, action: COMMONS_ACTIONS, outcome: REQUEST_OUTCOMES },
    on: BOTH,
  },
  curator_upstream_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from sending a request to a service outside to the end of its answer.',
    labels: { upstream: UPSTREAMS, action: COMMONS_ACTIONS },
    on: BOTH,
    buckets: SLOW,
  },
  curator_scrape_problems_total: {
    kind: 'counter',
    help: 'Groups of figures that a scrape had to leave out because they were not there in time.',
    labels: { group: 'coded' },
    on: BOTH,
  },
  curator_http_requests_total: {
    kind: 'counter',
    help: 'Requests that were answered, by the template of their route.',
    labels: { method: HTTP_METHODS, route: 'coded', status: HTTP_STATUSES },
    on: API,
  },
  curator_http_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from the first byte of a request to the end of its answer.',
    labels: { method: HTTP_METHODS, route: 'coded' },
    on: API,
    buckets: QUICK,
  },
  curator_websocket_connections: {
    kind: 'gauge',
    help: 'Open WebSockets.',
    labels: {},
    on: API,
  },
  curator_websocket_opened_total: {
    kind: 'counter',
    help: 'WebSockets that were opened.',
    labels: {},
    on: API,
  },
  curator_websocket_closed_total: {
    kind: 'counter',
    help: 'WebSockets that were closed, by close code; 1006 is a connection that broke.',
    labels: { code: CLOSE_CODES },
    on: API,
  },
  curator_websocket_subscriptions: {
    kind: 'gauge',
    help: 'What all open WebSockets watch.',
    labels: {},
    on: API,
  },
  curator_websocket_frames_received_total: {
    kind: 'counter',
    help: 'Messages of clients by type.',
    labels: { type: Object.keys(CLIENT_MESSAGES) },
    on: API,
  },
  curator_websocket_frames_sent_total: {
    kind: 'counter',
    help: 'Messages to clients by type, one for each socket.',
    labels: { type: Object.keys(SERVER_MESSAGES) },
    on: API,
  },
  curator_websocket_sent_bytes_total: {
    kind: 'counter',
    help: 'Bytes of messages to clients.',
    labels: {},
    on: API,
  },
  curator_worker_heartbeat_timestamp_seconds: {
    kind: 'gauge',
    help: 'When this worker last told the others that it lives, as Unix time.',
    labels: {},
    on: WORKER,
  },
  curator_worker_live: {
    kind: 'gauge',
    help: 'Whether this worker takes work as it should: what /health/live says.',
    labels: {},
    on: WORKER,
  },
  curator_worker_uploads_running: {
    kind: 'gauge',
    help: 'Uploads that this worker runs.',
    labels: {},
    on: WORKER,
  },
  curator_worker_upload_places: {
    kind: 'gauge',
    help: 'Uploads that this worker may run at once.',
    labels: {},
    on: WORKER,
  },
  curator_worker_jobs_running: {
    kind: 'gauge',
    help: 'Background jobs that this worker runs.',
    labels: {},
    on: WORKER,
  },
  curator_jobs_ended_total: {
    kind: 'counter',
    help: 'Background jobs that this worker has brought to their final status.',
    labels: { kind: JOB_KINDS, status: JOB_STATUSES },
    on: WORKER,
  },
  curator_chore_runs_total: {
    kind: 'counter',
    help: 'Turns of regular chores: done, failed, or left to another process that was at it.',
    labels: { chore: 'coded', outcome: ['done', 'elsewhere', 'failed'] },
    on: WORKER,
  },
  curator_chore_duration_seconds: {
    kind: 'histogram',
    help: 'Time of a turn of a regular chore.',
    labels: { chore: 'coded' },
    on: WORKER,
    buckets: SLOW,
  },
  curator_download_bytes_total: {
    kind: 'counter',
    help: 'Bytes that were downloaded from image sources.',
    labels: { source: SOURCES },
    on: WORKER,
  },
  curator_stash_bytes_total: {
    kind: 'counter',
    help: "Bytes that the wiki's stash has taken.",
    labels: {},
    on: WORKER,
  },
});

export type MetricName = keyof typeof METRICS;
type NamesOf<Kind extends MetricDefinition['kind']> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends Kind ? N : never;
}[MetricName];
export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;

/** All labels of a metric, each with a text. */
export type LabelsOf<N extends MetricName> = {
  readonly [L in keyof (typeof METRICS)[N]['labels']]: string;
};

/** For a value that is not among those of its label. */
export const OTHER = 'other';
/** Names of a `coded` label that are kept apart at most: more of them would be a fault of ours. */
export const MOST_CODED = 400;
