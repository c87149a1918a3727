import { JOB_STATUSES, type JobStatus } from '../background-jobs.js';
import { ERROR_CODES, type ErrorCode } from '../error-codes.js';
import type { Creator, ImageSourceName, MediaImage } from '../nouns.js';
import { IMAGE_SOURCE_NAMES } from '../nouns.js';
import { NOTIFICATION_KINDS, type NotificationKind } from '../notifications.js';
import type { UploadStatus } from '../upload-lifecycle.js';
import { UPLOAD_STATUSES } from '../upload-lifecycle.js';
import {
  BatchItemDto,
  BatchScheduleDto,
  BatchUploadItemDto,
  UploadProgressDto,
  UploadUpdateItemDto,
} from './batch.dto.js';
import {
  AnyText,
  Flag,
  ListOf,
  MapOf,
  MessageType,
  Nested,
  OneOfTexts,
  Optional,
  Texts,
  UtcTime,
  WholeNumber,
} from './fields.js';
import { CreatorDto, MediaImageDto } from './media-image.dto.js';
import { PresetItemDto } from './preset.dto.js';

/** What every server message carries. */
abstract class Framed {
  /** When it was sent; no two messages carry the same. */
  @UtcTime() nonce!: string;
}

export class ErrorMessage extends Framed {
  @MessageType('ERROR') readonly type = 'ERROR' as const;
  /** Fit to show to a person. */
  @AnyText() data!: string;
}

export class CollectionImagesDto {
  /** Image id → image, in display order. */
  @MapOf(MediaImageDto) images!: Record<string, MediaImage>;
  @Nested(CreatorDto) creator!: Creator;
  /** The collection's canonical id. */
  @AnyText() sequence_id!: string;
}

export class CollectionImagesMessage extends Framed {
  @MessageType('COLLECTION_IMAGES') readonly type = 'COLLECTION_IMAGES' as const;
  @Nested(CollectionImagesDto) data!: CollectionImagesDto;
}

export class TryBatchRetrievalMessage extends Framed {
  @MessageType('TRY_BATCH_RETRIEVAL') readonly type = 'TRY_BATCH_RETRIEVAL' as const;
  @AnyText() data!: string;
}

export class CollectionImageIdsMessage extends Framed {
  @MessageType('COLLECTION_IMAGE_IDS') readonly type = 'COLLECTION_IMAGE_IDS' as const;
  @Texts(Number.MAX_SAFE_INTEGER) data!: string[];
}

export class PartialCollectionImagesDto {
  @ListOf(MediaImageDto) images!: MediaImage[];
  @AnyText() collection!: string;
}

export class PartialCollectionImagesMessage extends Framed {
  @MessageType('PARTIAL_COLLECTION_IMAGES') readonly type = 'PARTIAL_COLLECTION_IMAGES' as const;
  @Nested(PartialCollectionImagesDto) data!: PartialCollectionImagesDto;
}

export class BatchCreatedMessage extends Framed {
  @MessageType('BATCH_CREATED') readonly type = 'BATCH_CREATED' as const;
  @WholeNumber(1) data!: number;
}

export class UploadSliceAckItemDto {
  /** The source's image id. */
  @AnyText() id!: string;
  @OneOfTexts(UPLOAD_STATUSES) status!: UploadStatus;
}

export class UploadSliceAckMessage extends Framed {
  @MessageType('UPLOAD_SLICE_ACK') readonly type = 'UPLOAD_SLICE_ACK' as const;
  @WholeNumber(0) sliceid!: number;
  @ListOf(UploadSliceAckItemDto) data!: UploadSliceAckItemDto[];
}

export class UploadCreatedItemDto {
  @WholeNumber(1) id!: number;
  @OneOfTexts(UPLOAD_STATUSES) status!: UploadStatus;
  @AnyText() image_id!: string;
  @AnyText() input!: string;
  @WholeNumber(1) batchid!: number;
}

export class UploadCreatedMessage extends Framed {
  @MessageType('UPLOAD_CREATED') readonly type = 'UPLOAD_CREATED' as const;
  @ListOf(UploadCreatedItemDto) data!: UploadCreatedItemDto[];
}

export class SubscribedMessage extends Framed {
  @MessageType('SUBSCRIBED') readonly type = 'SUBSCRIBED' as const;
  @WholeNumber(1) data!: number;
}

export class UploadsUpdateMessage extends Framed {
  @MessageType('UPLOADS_UPDATE') readonly type = 'UPLOADS_UPDATE' as const;
  @ListOf(UploadUpdateItemDto) data!: UploadUpdateItemDto[];
}

export class UploadsCompleteMessage extends Framed {
  @MessageType('UPLOADS_COMPLETE') readonly type = 'UPLOADS_COMPLETE' as const;
  @WholeNumber(1) data!: number;
}

export class BatchScheduleMessage extends Framed {
  @MessageType('BATCH_SCHEDULE') readonly type = 'BATCH_SCHEDULE' as const;
  @Nested(BatchScheduleDto) data!: BatchScheduleDto;
}

export class UploadProgressMessage extends Framed {
  @MessageType('UPLOAD_PROGRESS') readonly type = 'UPLOAD_PROGRESS' as const;
  /** Uploads of one batch that went on. */
  @ListOf(UploadProgressDto) data!: UploadProgressDto[];
}

export class BatchesListDto {
  @ListOf(BatchItemDto) items!: BatchItemDto[];
  @WholeNumber(0) total!: number;
}

export class BatchesListMessage extends Framed {
  @MessageType('BATCHES_LIST') readonly type = 'BATCHES_LIST' as const;
  /** True when `items` are only the batches that changed; `total` is always the whole list's. */
  @Flag() partial!: boolean;
  @Nested(BatchesListDto) data!: BatchesListDto;
}

export class BatchUploadsDto {
  @Nested(BatchItemDto) batch!: BatchItemDto;
  @ListOf(BatchUploadItemDto) uploads!: BatchUploadItemDto[];
}

export class BatchUploadsListMessage extends Framed {
  @MessageType('BATCH_UPLOADS_LIST') readonly type = 'BATCH_UPLOADS_LIST' as const;
  @Nested(BatchUploadsDto) data!: BatchUploadsDto;
}

export class RetryUploadsResponseMessage extends Framed {
  @MessageType('RETRY_UPLOADS_RESPONSE') readonly type = 'RETRY_UPLOADS_RESPONSE' as const;
  /** The new batch. */
  @WholeNumber(1) data!: number;
}

export class PresetsDto {
  @OneOfTexts(IMAGE_SOURCE_NAMES) handler!: ImageSourceName;
  @ListOf(PresetItemDto) presets!: PresetItemDto[];
}

export class PresetsListMessage extends Framed {
  @MessageType('PRESETS_LIST') readonly type = 'PRESETS_LIST' as const;
  @Nested(PresetsDto) data!: PresetsDto;
}

export class CheckedTitleDto {
  /** As it was asked for. */
  @AnyText() title!: string;
  @Flag() ok!: boolean;
  /** What is wrong; absent where nothing is. */
  @Optional() @AnyText() code?: string;
  /** The same for people. */
  @Optional() @AnyText() message?: string;
}

export class CheckedTitlesDto {
  @ListOf(CheckedTitleDto) items!: CheckedTitleDto[];
}

export class TitlesCheckedMessage extends Framed {
  @MessageType('TITLES_CHECKED') readonly type = 'TITLES_CHECKED' as const;
  @Nested(CheckedTitlesDto) data!: CheckedTitlesDto;
}

export class NotificationDto {
  @WholeNumber(1) id!: number;
  @OneOfTexts(NOTIFICATION_KINDS) kind!: NotificationKind;
  /** Fit to show to a person. */
  @AnyText() message!: string;
  @UtcTime() created_at!: string;
  /** Where to look. */
  @Optional() @AnyText() link?: string;
}

export class NotificationMessage extends Framed {
  @MessageType('NOTIFICATION') readonly type = 'NOTIFICATION' as const;
  @Nested(NotificationDto) data!: NotificationDto;
}

export class DeletedCategoriesDto {
  @Texts(Number.MAX_SAFE_INTEGER) deleted!: string[];
}

export class CategoriesDeletedResponseMessage extends Framed {
  @MessageType('CATEGORIES_DELETED_RESPONSE') readonly type = 'CATEGORIES_DELETED_RESPONSE' as const;
  @Nested(DeletedCategoriesDto) data!: DeletedCategoriesDto;
}

export class CreatedCategoryDto {
  /** Full page title with underscores, `Category:Old_town`. */
  @AnyText() title!: string;
}

export class CategoryCreatedResponseMessage extends Framed {
  @MessageType('CATEGORY_CREATED_RESPONSE') readonly type = 'CATEGORY_CREATED_RESPONSE' as const;
  @Nested(CreatedCategoryDto) data!: CreatedCategoryDto;
}

export class RecategorizedFilesDto {
  @AnyText() source!: string;
  @WholeNumber(0) count!: number;
}

export class RecategorizeFilesResponseMessage extends Framed {
  @MessageType('RECATEGORIZE_FILES_RESPONSE') readonly type = 'RECATEGORIZE_FILES_RESPONSE' as const;
  @Nested(RecategorizedFilesDto) data!: RecategorizedFilesDto;
}

export class UntouchedFileDto {
  @AnyText() title!: string;
  @AnyText() reason!: string;
}

export class RecategorizeProgressDto {
  @AnyText() source!: string;
  @WholeNumber(0) done!: number;
  @WholeNumber(0) total!: number;
  @ListOf(UntouchedFileDto) untouched!: UntouchedFileDto[];
}

export class RecategorizeProgressMessage extends Framed {
  @MessageType('RECATEGORIZE_PROGRESS') readonly type = 'RECATEGORIZE_PROGRESS' as const;
  @Nested(RecategorizeProgressDto) data!: RecategorizeProgressDto;
}

export class ImportErrorDto {
  @OneOfTexts(ERROR_CODES) error_code!: ErrorCode;
  /** Fit to show to a person. */
  @AnyText() error_msg!: string;
}

export class ImportProgressDto {
  @WholeNumber(1) job_id!: number;
  @OneOfTexts(JOB_STATUSES) status!: JobStatus;
  /** Files. */
  @WholeNumber(0) done!: number;
  /** An estimate until it is complete. */
  @Optional() @WholeNumber(0) total?: number;
  @Optional() @Nested(ImportErrorDto) error?: ImportErrorDto;
}

export class ImportProgressMessage extends Framed {
  @MessageType('IMPORT_PROGRESS') readonly type = 'IMPORT_PROGRESS' as const;
  @Nested(ImportProgressDto) data!: ImportProgressDto;
}

export class RedlinkDto {
  @AnyText() title!: string;
  @AnyText() linked_from!: string;
}

export class RedlinksDto {
  @ListOf(RedlinkDto) items!: RedlinkDto[];
}

export class RedlinksResponseMessage extends Framed {
  @MessageType('REDLINKS_RESPONSE') readonly type = 'REDLINKS_RESPONSE' as const;
  @Nested(RedlinksDto) data!: RedlinksDto;
}

export class WantedCategoryDto {
  /** With underscores, without namespace. */
  @AnyText() title!: string;
  @WholeNumber(0) subcats!: number;
  @WholeNumber(0) files!: number;
  @WholeNumber(0) pages!: number;
  @WholeNumber(0) total!: number;
}

export class WantedCategoriesDto {
  @ListOf(WantedCategoryDto) items!: WantedCategoryDto[];
  @WholeNumber(0) total!: number;
}

export class WantedCategoriesResponseMessage extends Framed {
  @MessageType('WANTED_CATEGORIES_RESPONSE') readonly type = 'WANTED_CATEGORIES_RESPONSE' as const;
  @Nested(WantedCategoriesDto) data!: WantedCategoriesDto;
}
