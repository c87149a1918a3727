import {
  AUDIT_ACTIONS,
  AUDIT_SUBJECTS,
  FAILED_BATCH_ORDERS,
  type AuditAction,
  type AuditSubject,
  type FailedBatchOrder,
} from '#app/persistence';
import {
  FAILURE_TYPES,
  IMAGE_SOURCE_NAMES,
  UPLOAD_STATUSES,
  type FailureType,
  type ImageSourceName,
  type UploadStatus,
} from '#app/protocol';
import { AdminPageQuery, adminPageQuery } from '../http/paging.js';
import { QueryChoice, QueryChoices, QueryDate, QueryText } from '../http/query-fields.js';

const SEARCH = 'The id of an upload or batch exactly; how a file name or the name of its uploader begins';

export class UploadRequestsQuery extends AdminPageQuery {
  @QueryChoices(UPLOAD_STATUSES, { description: 'May be repeated' })
  status?: UploadStatus[];

  @QueryDate({ description: 'Created on this day in UTC or later' })
  date_from?: string;

  @QueryDate({ description: 'Created on this day in UTC or before' })
  date_to?: string;
}

export class FailedUploadsQuery extends adminPageQuery(50) {
  @QueryChoice<FailedBatchOrder>(FAILED_BATCH_ORDERS, { fallback: 'recent' })
  sort_by: FailedBatchOrder = 'recent';

  @QueryChoice<FailureType>(FAILURE_TYPES)
  error_type?: FailureType;

  @QueryChoice<ImageSourceName>(IMAGE_SOURCE_NAMES)
  handler?: ImageSourceName;

  @QueryText({ max: 255, description: SEARCH })
  search_text?: string;
}

export class AuditQuery extends adminPageQuery(100) {
  @QueryChoice<AuditAction>(AUDIT_ACTIONS)
  action?: AuditAction;

  @QueryChoice<AuditSubject>(AUDIT_SUBJECTS)
  subject_kind?: AuditSubject;

  @QueryText({ max: 64, description: 'Exactly' })
  subject_id?: string;

  @QueryText({ max: 64, description: 'Whose changes: the id of an administrator' })
  userid?: string;
}
