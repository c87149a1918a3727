import type { FileLink, ImageSourceName, StructuredError } from '../nouns.js';
import { IMAGE_SOURCE_NAMES } from '../nouns.js';
import type { UploadProgress } from '../live-updates.js';
import type { UploadStatus } from '../upload-lifecycle.js';
import { DUPLICATE_STATUSES, UPLOAD_STATUSES } from '../upload-lifecycle.js';
import {
  AnyText,
  Flag,
  ListOf,
  Nested,
  OneOf,
  OneOfTexts,
  Optional,
  UtcTime,
  WholeNumber,
} from './fields.js';
import { LabelDto } from './upload-item.dto.js';

export class FileLinkDto implements FileLink {
  @AnyText() title!: string;
  @AnyText() url!: string;
}

const PLAIN_ERRORS = ['error', 'title_blacklisted'] as const;

export class PlainErrorDto {
  @OneOfTexts(PLAIN_ERRORS) type!: (typeof PLAIN_ERRORS)[number];
  @AnyText() message!: string;
}

export class DuplicateErrorDto {
  @OneOfTexts(DUPLICATE_STATUSES) type!: (typeof DUPLICATE_STATUSES)[number];
  @AnyText() message!: string;
  @ListOf(FileLinkDto) links!: FileLinkDto[];
}

export class UploadUpdateItemDto {
  @WholeNumber(1) id!: number;
  @WholeNumber(1) batchid!: number;
  @OneOfTexts(UPLOAD_STATUSES) status!: UploadStatus;
  /** The source's image id. */
  @AnyText() key!: string;
  @OneOfTexts(IMAGE_SOURCE_NAMES) handler!: ImageSourceName;
  @Optional() @OneOf(PlainErrorDto, DuplicateErrorDto) error?: StructuredError;
  /** Percent-encoded address of the file page. */
  @Optional() @AnyText() success?: string;
}

export class BatchStatsDto {
  @WholeNumber(0) total!: number;
  @WholeNumber(0) queued!: number;
  @WholeNumber(0) in_progress!: number;
  @WholeNumber(0) completed!: number;
  @WholeNumber(0) failed!: number;
  @WholeNumber(0) cancelled!: number;
  /** The three duplicate statuses together. */
  @WholeNumber(0) duplicate!: number;
}

export class BatchItemDto {
  @WholeNumber(1) id!: number;
  @UtcTime() created_at!: string;
  @UtcTime() updated_at!: string;
  @Optional() @AnyText() edit_group_id?: string;
  @AnyText() username!: string;
  @AnyText() userid!: string;
  @Nested(BatchStatsDto) stats!: BatchStatsDto;
}

export class BatchUploadItemDto {
  @WholeNumber(1) id!: number;
  @OneOfTexts(UPLOAD_STATUSES) status!: UploadStatus;
  @AnyText() filename!: string;
  @AnyText() wikitext!: string;
  @Optional() @WholeNumber(1) batchid?: number;
  @Optional() @AnyText() userid?: string;
  @Optional() @AnyText() key?: string;
  @Optional() @OneOfTexts(IMAGE_SOURCE_NAMES) handler?: ImageSourceName;
  @Optional() @Nested(LabelDto) labels?: LabelDto;
  @Optional() @AnyText() result?: string;
  @Optional() @OneOf(PlainErrorDto, DuplicateErrorDto) error?: StructuredError;
  /** Percent-encoded address of the file page. */
  @Optional() @AnyText() success?: string;
  @Optional() @UtcTime() created_at?: string;
  @Optional() @UtcTime() updated_at?: string;
  /** The source's image id, as in `key`. */
  @Optional() @AnyText() image_id?: string;
}

/** When the queued uploads of a batch come about. */
export class BatchScheduleDto {
  @WholeNumber(1) batchid!: number;
  /** Uploads that wait. */
  @WholeNumber(0) queued!: number;
  /** Whether nothing of what waits is started: the batch, its owner or the whole service is paused. */
  @Flag() paused!: boolean;
  /** When the first of them may be published. Absent when nothing waits or all of it is paused. */
  @Optional() @UtcTime() next_start?: string;
  /** When the last of them is likely to be published. Absent when nothing waits or all of it is paused. */
  @Optional() @UtcTime() estimated_end?: string;
  /** Why it is paused, fit to show to a person. */
  @Optional() @AnyText() reason?: string;
}

/** How far one upload's file has come. */
export class UploadProgressDto implements UploadProgress {
  /** The upload's. */
  @WholeNumber(1) id!: number;
  /** Bytes received from the source. */
  @WholeNumber(0) received!: number;
  /** Bytes that the wiki has accepted. */
  @WholeNumber(0) sent!: number;
  /** Bytes of the whole file, once known. */
  @Optional() @WholeNumber(0) size?: number;
}
