import { IMAGE_SOURCE_NAMES, type ImageSourceName, type Label } from '../nouns.js';
import {
  AnyText,
  Flag,
  Nested,
  OneOfTexts,
  Optional,
  Text,
  TextMatching,
  UtcTime,
  WholeNumber,
} from './fields.js';
import { LabelDto } from './upload-item.dto.js';

/** A caption to be filled in, within the limits of Wikibase; its text may be empty. */
export class PresetLabelDto implements Label {
  /** @see https://www.mediawiki.org/wiki/Manual:Language#Language_code */
  @TextMatching(/^(?=.{2,32}$)[a-z]{2,}(?:-[a-z0-9]+)*$/) language!: string;
  @Text(250) value!: string;
}

export class PresetItemDto {
  @WholeNumber(1) id!: number;
  @AnyText() title!: string;
  @AnyText() title_template!: string;
  @Optional() @Nested(LabelDto) labels?: LabelDto;
  @Optional() @AnyText() categories?: string;
  @Flag() exclude_from_date_category!: boolean;
  @OneOfTexts(IMAGE_SOURCE_NAMES) handler!: ImageSourceName;
  @Flag() is_default!: boolean;
  @UtcTime() created_at!: string;
  @UtcTime() updated_at!: string;
}
