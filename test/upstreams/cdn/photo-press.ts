import { exifSegment, type ExifData } from './exif.js';
import { STRIP_ROWS } from './photo-size.js';
import {
  BANNER_ROWS,
  HOUSE_ROWS,
  paintBanner,
  paintStrip,
  type ScenePart,
  SKY_ROWS,
  STREET_ROWS,
} from './scene.js';
import { StripEncoder } from './strip-encoder.js';

const QUALITY = 96;
const EOI = Buffer.from([0xff, 0xd9]);

/**
 * Prints photograph-like JPEGs of several megabytes in milliseconds: every eight rows are a restart interval
 * (ITU T.81, E.1.4), so strips that were encoded once can be put together in any number; only the banner with the
 * picture's number is encoded for each.
 */
export class PhotoPress {
  private readonly strips = new Map<string, Buffer>();
  private readonly encoder: StripEncoder;

  constructor(private readonly width: number) {
    this.encoder = new StripEncoder(width, QUALITY);
  }

  /** @param height a multiple of eight */
  print(id: string, height: number, exif: ExifData): Buffer {
    const count = height / STRIP_ROWS;
    const banner = this.banner(id).slice(0, count);
    const coded = [...this.scene(count - banner.length), ...banner];
    const body = coded.flatMap((strip, index) =>
      index === 0 ? [strip] : [Buffer.from([0xff, 0xd0 + ((index - 1) % 8)]), strip],
    );
    return Buffer.concat([
      Buffer.from([0xff, 0xd8]),
      exifSegment(exif),
      this.encoder.headers(height),
      ...body,
      EOI,
    ]);
  }

  /** The strips of a scene of that height: the lower part of the sky, houses, the upper part of the street. */
  private scene(count: number): Buffer[] {
    const houses = Math.min(HOUSE_ROWS / STRIP_ROWS, Math.ceil(count / 4));
    const sky = Math.min(SKY_ROWS / STRIP_ROWS, Math.floor((count - houses) / 2));
    const street = count - houses - sky;
    const allSky = SKY_ROWS / STRIP_ROWS;
    const part = (which: ScenePart, from: number, length: number, modulo: number): Buffer[] =>
      Array.from({ length }, (_, index) => this.strip(which, (from + index) % modulo));
    return [
      ...part(0, allSky - sky, sky, allSky),
      ...part(1, HOUSE_ROWS / STRIP_ROWS - houses, houses, HOUSE_ROWS / STRIP_ROWS),
      ...part(2, 0, street, STREET_ROWS / STRIP_ROWS),
    ];
  }

  private strip(part: ScenePart, index: number): Buffer {
    const key = `${part} ${index}`;
    const known = this.strips.get(key);
    if (known !== undefined) return known;
    const coded = this.encoder.encode(paintStrip(part, index, this.width));
    this.strips.set(key, coded);
    return coded;
  }

  private banner(id: string): Buffer[] {
    const pixels = paintBanner(id, this.width);
    const bytes = this.width * STRIP_ROWS * 3;
    return Array.from({ length: BANNER_ROWS / STRIP_ROWS }, (_, index) =>
      this.encoder.encode(pixels.subarray(index * bytes, (index + 1) * bytes)),
    );
  }
}
