import { IMAGE_SOURCE_NAMES, type ImageSourceName, type Label } from '../nouns.js';
import {
  AnyText,
  Flag,
  ListOf,
  MAX_LIST_LENGTH,
  Nested,
  NonEmptyText,
  OneOfTexts,
  Optional,
  Text,
  WholeNumber,
} from './fields.js';

/** A caption as clients send it. What Wikibase would refuse in it is told for its item, so the limits here are wide. */
export class LabelDto implements Label {
  @Text(64) language!: string;
  @Text(5_000) value!: string;
}

/** One image that a person wants on Commons. */
export class UploadItemDto {
  /** The source's image id. */
  @NonEmptyText(255) id!: string;
  /** The collection, as the person typed it or as its canonical id. */
  @NonEmptyText(2_048) input!: string;
  /** File name on Commons, without namespace. Whether it can be one is told for its item. */
  @Text(1_000) title!: string;
  @AnyText() wikitext!: string;
  @Optional() @Nested(LabelDto) labels?: LabelDto;
  /** Leave out the structured data about licence and copyright. */
  @Optional() @Flag() copyright_override?: boolean;
}

export class UploadSliceDto {
  @WholeNumber(1) batchid!: number;
  @WholeNumber(0, 2_147_483_647) sliceid!: number;
  @OneOfTexts(IMAGE_SOURCE_NAMES) handler!: ImageSourceName;
  @ListOf(UploadItemDto, { min: 1, max: MAX_LIST_LENGTH }) items!: UploadItemDto[];
}

export class UploadDto {
  @OneOfTexts(IMAGE_SOURCE_NAMES) handler!: ImageSourceName;
  @ListOf(UploadItemDto, { min: 1, max: MAX_LIST_LENGTH }) items!: UploadItemDto[];
}
