import { IMAGE_SOURCE_NAMES, type ImageSourceName } from '../nouns.js';
import {
  Flag,
  IdOrDigits,
  MAX_LIST_LENGTH,
  MessageType,
  Nested,
  NonEmptyText,
  OneOfTexts,
  Optional,
  Text,
  Texts,
  TextMatching,
  TrimmedText,
  WholeNumber,
} from './fields.js';
import { PresetLabelDto } from './preset.dto.js';
import { UploadDto, UploadSliceDto } from './upload-item.dto.js';

/** Titles of pages have at most 255 bytes on MediaWiki, without the namespace. */
const TITLE_LENGTH = 300;
/** Of titles that are only looked at. */
const MAX_CHECKED_LENGTH = 2_000;

export class FetchImagesMessage {
  @MessageType('FETCH_IMAGES') readonly type = 'FETCH_IMAGES' as const;
  /** A collection's id or any address of it. */
  @TrimmedText(2_048) data!: string;
  @OneOfTexts(IMAGE_SOURCE_NAMES) handler!: ImageSourceName;
}

export class CreateBatchMessage {
  @MessageType('CREATE_BATCH') readonly type = 'CREATE_BATCH' as const;
}

export class UploadSliceMessage {
  @MessageType('UPLOAD_SLICE') readonly type = 'UPLOAD_SLICE' as const;
  @Nested(UploadSliceDto) data!: UploadSliceDto;
}

export class UploadMessage {
  @MessageType('UPLOAD') readonly type = 'UPLOAD' as const;
  @Nested(UploadDto) data!: UploadDto;
}

export class SubscribeBatchMessage {
  @MessageType('SUBSCRIBE_BATCH') readonly type = 'SUBSCRIBE_BATCH' as const;
  @IdOrDigits() data!: number;
}

export class UnsubscribeBatchMessage {
  @MessageType('UNSUBSCRIBE_BATCH') readonly type = 'UNSUBSCRIBE_BATCH' as const;
}

export class BatchesFilterDto {
  @Optional() @Text(255) userid?: string;
  /** A batch id, or the start of a user name; empty for all. */
  @Optional() @Text(255) filter?: string;
}

export class BatchesPageDto extends BatchesFilterDto {
  @Optional() @WholeNumber(1, 1_000_000) page: number = 1;
  @Optional() @WholeNumber(1, 500) limit: number = 100;
}

export class FetchBatchesMessage {
  @MessageType('FETCH_BATCHES') readonly type = 'FETCH_BATCHES' as const;
  @Optional() @Nested(BatchesPageDto) data: BatchesPageDto = new BatchesPageDto();
}

export class SubscribeBatchesListMessage {
  @MessageType('SUBSCRIBE_BATCHES_LIST') readonly type = 'SUBSCRIBE_BATCHES_LIST' as const;
  @Optional() @Nested(BatchesFilterDto) data: BatchesFilterDto = new BatchesFilterDto();
}

export class UnsubscribeBatchesListMessage {
  @MessageType('UNSUBSCRIBE_BATCHES_LIST') readonly type = 'UNSUBSCRIBE_BATCHES_LIST' as const;
}

export class FetchBatchUploadsMessage {
  @MessageType('FETCH_BATCH_UPLOADS') readonly type = 'FETCH_BATCH_UPLOADS' as const;
  @IdOrDigits() data!: number;
}

export class RetryUploadsMessage {
  @MessageType('RETRY_UPLOADS') readonly type = 'RETRY_UPLOADS' as const;
  @IdOrDigits() data!: number;
}

export class CancelBatchMessage {
  @MessageType('CANCEL_BATCH') readonly type = 'CANCEL_BATCH' as const;
  @IdOrDigits() data!: number;
}

export class PauseBatchMessage {
  @MessageType('PAUSE_BATCH') readonly type = 'PAUSE_BATCH' as const;
  @IdOrDigits() data!: number;
}

export class ResumeBatchMessage {
  @MessageType('RESUME_BATCH') readonly type = 'RESUME_BATCH' as const;
  @IdOrDigits() data!: number;
}

export class SubscribeScheduleMessage {
  @MessageType('SUBSCRIBE_SCHEDULE') readonly type = 'SUBSCRIBE_SCHEDULE' as const;
  @IdOrDigits() data!: number;
}

export class SubscribeProgressMessage {
  @MessageType('SUBSCRIBE_PROGRESS') readonly type = 'SUBSCRIBE_PROGRESS' as const;
  @IdOrDigits() data!: number;
}

export class HandlerDto {
  @OneOfTexts(IMAGE_SOURCE_NAMES) handler!: ImageSourceName;
}

export class FetchPresetsMessage {
  @MessageType('FETCH_PRESETS') readonly type = 'FETCH_PRESETS' as const;
  @Nested(HandlerDto) data!: HandlerDto;
}

export class PresetDto {
  /** Absent: a new one. */
  @Optional() @WholeNumber(1) preset_id?: number;
  @TrimmedText(255) title!: string;
  @Text(500) title_template!: string;
  @Optional() @Nested(PresetLabelDto) labels?: PresetLabelDto;
  @Optional() @Text(10_000) categories?: string;
  @Flag() exclude_from_date_category!: boolean;
  @Flag() is_default!: boolean;
  @OneOfTexts(IMAGE_SOURCE_NAMES) handler!: ImageSourceName;
}

export class SavePresetMessage {
  @MessageType('SAVE_PRESET') readonly type = 'SAVE_PRESET' as const;
  @Nested(PresetDto) data!: PresetDto;
}

export class PresetIdDto {
  @WholeNumber(1) preset_id!: number;
}

export class DeletePresetMessage {
  @MessageType('DELETE_PRESET') readonly type = 'DELETE_PRESET' as const;
  @Nested(PresetIdDto) data!: PresetIdDto;
}

export class TitlesDto {
  @Texts(TITLE_LENGTH, MAX_LIST_LENGTH) titles!: string[];
}

export class TitlesToCheckDto {
  /** Of files, without namespace; too long ones are told apart from the rest. */
  @Texts(MAX_CHECKED_LENGTH, MAX_LIST_LENGTH) titles!: string[];
}

export class CheckTitlesMessage {
  @MessageType('CHECK_TITLES') readonly type = 'CHECK_TITLES' as const;
  @Nested(TitlesToCheckDto) data!: TitlesToCheckDto;
}

export class CheckCategoriesDeletedMessage {
  @MessageType('CHECK_CATEGORIES_DELETED') readonly type = 'CHECK_CATEGORIES_DELETED' as const;
  @Nested(TitlesDto) data!: TitlesDto;
}

export class NewCategoryDto {
  /** With underscores; the namespace may be left out. */
  @NonEmptyText(TITLE_LENGTH) title!: string;
  @Text(2_097_152) text!: string;
  @Optional() @TextMatching(/^Q[1-9]\d{0,15}$/) wikidata_qid?: string;
}

export class CreateCategoryMessage {
  @MessageType('CREATE_CATEGORY') readonly type = 'CREATE_CATEGORY' as const;
  @Nested(NewCategoryDto) data!: NewCategoryDto;
}

export class SourceAndTargetDto {
  @NonEmptyText(TITLE_LENGTH) source!: string;
  @NonEmptyText(TITLE_LENGTH) target!: string;
}

export class RecategorizeFilesMessage {
  @MessageType('RECATEGORIZE_FILES') readonly type = 'RECATEGORIZE_FILES' as const;
  @Nested(SourceAndTargetDto) data!: SourceAndTargetDto;
}

export class WatchedMoveDto extends SourceAndTargetDto {
  /** One move of them, as of files that were chosen; without it the newest move of all files. */
  @Optional() @IdOrDigits() job_id?: number;
}

export class SubscribeRecategorizeMessage {
  @MessageType('SUBSCRIBE_RECATEGORIZE') readonly type = 'SUBSCRIBE_RECATEGORIZE' as const;
  @Nested(WatchedMoveDto) data!: WatchedMoveDto;
}

export class SubscribeImportMessage {
  @MessageType('SUBSCRIBE_IMPORT') readonly type = 'SUBSCRIBE_IMPORT' as const;
  @IdOrDigits() data!: number;
}

export class SubscribeNotificationsMessage {
  @MessageType('SUBSCRIBE_NOTIFICATIONS') readonly type = 'SUBSCRIBE_NOTIFICATIONS' as const;
}

export class FetchRedlinksMessage {
  @MessageType('FETCH_REDLINKS') readonly type = 'FETCH_REDLINKS' as const;
}

export class WantedCategoriesPageDto {
  @Optional() @WholeNumber(0) offset: number = 0;
  @Optional() @Text(255) filter?: string;
}

export class FetchWantedCategoriesMessage {
  @MessageType('FETCH_WANTED_CATEGORIES') readonly type = 'FETCH_WANTED_CATEGORIES' as const;
  @Optional() @Nested(WantedCategoriesPageDto) data: WantedCategoriesPageDto = new WantedCategoriesPageDto();
}
