import { IMAGE_SOURCE_NAMES, type ImageSourceName } from '../nouns.js';
import { AnyText, Flag, Nested, OneOfTexts, Optional, UtcTime, WholeNumber } from './fields.js';
import { LabelDto } from './upload-item.dto.js';

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
