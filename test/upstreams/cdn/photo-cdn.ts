import { createHash } from 'node:crypto';

import { findSampleImage, type SampleImage } from '../mapillary/sample-images.js';
import type { Incoming } from '../server/receive.js';
import { numberSetting, type Settings } from '../server/settings.js';
import type { Reply } from '../server/reply.js';
import { StandIn } from '../server/stand-in.js';
import { PhotoPress } from './photo-press.js';
import { PHOTO_WIDTH, roundedHeight } from './photo-size.js';

const SIZES = { original: PHOTO_WIDTH, '2048': 2048, '1024': 1024, '256': 256 } as const;
export type PhotoSize = keyof typeof SIZES;

const FILLER = Buffer.alloc(1024 * 1024, 0x5a);
/** The presses of all servers of a process: what they have encoded serves everybody. */
const presses = new Map<number, PhotoPress>();

function pressOf(width: number): PhotoPress {
  const known = presses.get(width);
  if (known !== undefined) return known;
  const press = new PhotoPress(width);
  presses.set(width, press);
  return press;
}

const text = (status: number, body: string): Reply => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body,
});

/** The CDN that serves Mapillary's pictures: addresses are signed and expire. */
export class PhotoCdn extends StandIn {
  /** Seconds that a new address is good for. */
  urlLifetimeSeconds = 3600;

  /** An address of a picture; `oe` is the expiry in hexadecimal Unix seconds. */
  photoUrl(id: string, size: PhotoSize, lifetimeSeconds = this.urlLifetimeSeconds): string {
    const expiry = Math.floor(Date.now() / 1000 + lifetimeSeconds)
      .toString(16)
      .toUpperCase();
    return `${this.url}/m1/v/t6/${id}/${size}.jpg?stp=s2048x1536&_nc_gid=stand-in&oh=${signature(id, size, expiry)}&oe=${expiry}`;
  }

  /** The bytes of a picture without its trailer, as they are served. */
  photo(id: string, size: PhotoSize = 'original'): Buffer {
    const image = findSampleImage(id);
    if (image === null) throw new Error(`there is no sample image ${id}`);
    return print(image, size);
  }

  /** SHA-1 of the original with its trailer, hexadecimal. */
  async sha1(id: string): Promise<string> {
    const image = findSampleImage(id);
    if (image === null) throw new Error(`there is no sample image ${id}`);
    const hash = createHash('sha1');
    for await (const piece of withTrailer(print(image, 'original'), image.trailingBytes)) hash.update(piece);
    return hash.digest('hex');
  }

  protected override describe({ path }: Incoming): { action: string; step: string } {
    const [, id = '', size = ''] = /\/(\d+)\/(\w+)\.jpg$/.exec(path) ?? [];
    return { action: id, step: size };
  }

  protected override errorReply(_incoming: Incoming, { code, info }: { code: string; info: string }): Reply {
    return text(Number(code) || 500, info);
  }

  protected override handle({ path, params }: Incoming): Reply {
    const [, id = '', size = ''] = /^\/m1\/v\/t6\/(\d+)\/(\w+)\.jpg$/.exec(path) ?? [];
    const image = findSampleImage(id);
    if (image === null || !isSize(size)) return text(404, 'Not found');
    const expiry = params['oe'] ?? '';
    if (params['oh'] !== signature(id, size, expiry)) return text(403, 'URL signature mismatch');
    if (Number.parseInt(expiry, 16) * 1000 < Date.now()) return text(403, 'URL signature expired');
    const picture = print(image, size);
    const trailing = size === 'original' ? image.trailingBytes : 0;
    return {
      headers: {
        'content-type': 'image/jpeg',
        'content-length': String(picture.length + trailing),
        'cache-control': 'max-age=1209600',
      },
      body: withTrailer(picture, trailing),
    };
  }

  protected override control(settings: Settings): Record<string, unknown> {
    this.urlLifetimeSeconds = numberSetting(settings, 'urlLifetimeSeconds') ?? this.urlLifetimeSeconds;
    return { urlLifetimeSeconds: this.urlLifetimeSeconds };
  }
}

const isSize = (size: string): size is PhotoSize => Object.hasOwn(SIZES, size);

const signature = (id: string, size: string, expiry: string): string =>
  createHash('sha256').update(`${id} ${size} ${expiry}`).digest('base64url').slice(0, 26);

function print(image: SampleImage, size: PhotoSize): Buffer {
  const width = SIZES[size];
  const height = roundedHeight((image.height * width) / image.width);
  const { make, model, capturedAt: takenAt, latitude, longitude } = image;
  return pressOf(width).print(image.id, height, { make, model, takenAt, latitude, longitude });
}

async function* withTrailer(picture: Buffer, trailing: number): AsyncGenerator<Buffer> {
  yield picture;
  for (let left = trailing; left > 0; left -= FILLER.length) yield FILLER.subarray(0, left);
}
