import type { Creator, ImageLocation, MediaImage } from '../nouns.js';
import { AnyText, Decimal, Flag, ListOf, Nested, Optional, Texts, UtcTime, WholeNumber } from './fields.js';

export class CreatorDto implements Creator {
  @AnyText() id!: string;
  @AnyText() username!: string;
  @AnyText() profile_url!: string;
}

export class ImageDatesDto {
  @UtcTime() taken!: string;
}

export class ImageLocationDto implements ImageLocation {
  @Decimal() latitude!: number;
  @Decimal() longitude!: number;
  @Optional() @Decimal() compass_angle?: number;
  @Optional() @WholeNumber(Number.MIN_SAFE_INTEGER) accuracy?: number;
  @Optional() @AnyText() city?: string;
  @Optional() @AnyText() county?: string;
  @Optional() @AnyText() state?: string;
  @Optional() @AnyText() country?: string;
  @Optional() @AnyText() country_code?: string;
  @Optional() @AnyText() postcode?: string;
}

export class ExistingPageDto {
  @AnyText() url!: string;
}

export class ImageUrlsDto {
  /** The image's page at its source. */
  @AnyText() url!: string;
  @AnyText() original!: string;
  @AnyText() preview!: string;
  @AnyText() thumbnail!: string;
}

export class ImageDimensionsDto {
  @WholeNumber(0) width!: number;
  @WholeNumber(0) height!: number;
}

export class CameraDto {
  @Optional() @AnyText() make?: string;
  @Optional() @AnyText() model?: string;
  @Flag() is_pano!: boolean;
}

export class MediaImageDto implements MediaImage {
  @AnyText() id!: string;
  @AnyText() title!: string;
  @Nested(ImageDatesDto) dates!: ImageDatesDto;
  @Nested(CreatorDto) creator!: CreatorDto;
  @Nested(ImageLocationDto) location!: ImageLocationDto;
  @ListOf(ExistingPageDto) existing!: ExistingPageDto[];
  @Nested(ImageUrlsDto) urls!: ImageUrlsDto;
  @Nested(ImageDimensionsDto) dimensions!: ImageDimensionsDto;
  @Nested(CameraDto) camera!: CameraDto;
  @Optional() @AnyText() description?: string;
  @Optional() @AnyText() license?: string;
  @Optional() @Texts(Number.MAX_SAFE_INTEGER) tags?: string[];
}
