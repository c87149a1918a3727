import { createHash } from 'node:crypto';

import { PHOTO_WIDTH, roundedHeight } from '../cdn/photo-size.js';

/** One image of the sample data, all of it derived from its sequence and its place in it. */
export interface SampleImage {
  id: string;
  sequence: SampleSequence;
  /** Place in the order of capture, from 0. */
  index: number;
  capturedAt: Date;
  longitude: number;
  latitude: number;
  compassAngle: number;
  make: string;
  model: string;
  isPano: boolean;
  width: number;
  height: number;
  /** Bytes that follow the picture's end in the file. */
  trailingBytes: number;
}

export interface SampleSequence {
  id: string;
  count: number;
  firstId: bigint;
  startsAt: Date;
  from: readonly [longitude: number, latitude: number];
  username: string;
  userId: string;
  /** Height of the pictures in pixels, about 1.7 kB a row; null: differing from image to image. */
  height: number | null;
  trailingBytes: number;
}

const ID_STEP = 7_919n;
const MEBIBYTE = 1024 * 1024;

const sequence = (
  id: string,
  count: number,
  firstId: bigint,
  more: Partial<SampleSequence> = {},
): SampleSequence => ({
  id,
  count,
  firstId,
  startsAt: new Date('2024-05-17T08:30:00Z'),
  from: [13.3766, 52.5163],
  username: 'street_mapper',
  userId: '102718865306727',
  height: null,
  trailingBytes: 0,
  ...more,
});

/** What the stand-in Mapillary has. Ids of `sixty` and `fiveThousand` are beyond 2^53. */
export const SAMPLE_SEQUENCES = {
  /** 24 photographs of 1 to 6 MB. */
  demo: sequence('cUr8torD3m0Seq24Images', 24, 483_015_227_404_117n),
  single: sequence('cUr8torSeqWith0n3Image', 1, 311_681_117_131_457n, {
    from: [11.5755, 48.1374],
    username: 'élan vélo',
  }),
  /** 60 photographs of about 4 MB. */
  sixty: sequence('cUr8torSeqOf60Pictures', 60, 9_161_489_187_812_345n, {
    from: [2.3522, 48.8566],
    height: 2360,
  }),
  /** Small pictures, so that all of them can be uploaded. */
  thousand: sequence('cUr8torSeqOf1000Small_', 1000, 27_700_000_000_000_123n, {
    from: [4.8952, 52.3702],
    height: 64,
  }),
  /** The smallest pictures there are. */
  many: sequence('cUr8torSeqOfManySmall_', 20_000, 33_300_000_000_000_017n, {
    from: [18.0686, 59.3293],
    height: 8,
  }),
  fiveThousand: sequence('cUr8torSeqWith5000imgs', 5000, 26_774_514_888_880_000n, {
    from: [16.3738, 48.2082],
  }),
  /** One file of more than 10 MiB. */
  large: sequence('cUr8torSeqOfLargeFile_', 1, 500_600_700_800_900n, {
    height: 1944,
    trailingBytes: 9 * MEBIBYTE,
  }),
  /** Small pictures in files of more than 10 MiB. */
  someLarge: sequence('cUr8torSeqSomeLargeOne', 8, 610_600_700_800_911n, {
    from: [9.9937, 53.5511],
    height: 64,
    trailingBytes: 11 * MEBIBYTE,
  }),
  /** One file of more than 300 MB. */
  huge: sequence('cUr8torSeqOfHug3Files_', 1, 700_900_800_100_200n, {
    height: 1944,
    trailingBytes: 300 * MEBIBYTE,
  }),
  /** Files of more than 200 MB. */
  heavy: sequence('cUr8torSeqOf8HeavyOnes', 8, 810_820_830_840_850n, {
    height: 64,
    trailingBytes: 200 * MEBIBYTE,
  }),
  /** One file of more than 2 GiB. */
  giant: sequence('cUr8torSeqOf1GiantFile', 1, 910_920_930_940_950n, {
    height: 64,
    trailingBytes: 2048 * MEBIBYTE,
  }),
} as const satisfies Record<string, SampleSequence>;

const ALL: readonly SampleSequence[] = Object.values(SAMPLE_SEQUENCES);
const CAMERAS = [
  ['Apple', 'iPhone 12'],
  ['GoPro', 'HERO9 Black'],
  ['none', 'none'],
] as const;

export const findSequence = (id: string): SampleSequence | null =>
  ALL.find((known) => known.id === id) ?? null;

export const idOf = (from: SampleSequence, index: number): string =>
  String(from.firstId + BigInt(index) * ID_STEP);

/** Ids in no order of use, as `image_ids` gives them. */
export function listIds(from: SampleSequence): string[] {
  const order = Array.from({ length: from.count }, (_, index) => index);
  const rank = (index: number): number => ((index * 48_271) % 2_147_483_647) % 997;
  return order.sort((a, b) => rank(a) - rank(b)).map((index) => idOf(from, index));
}

export function findSampleImage(id: string): SampleImage | null {
  if (!/^\d{1,20}$/.test(id)) return null;
  for (const from of ALL) {
    const distance = BigInt(id) - from.firstId;
    if (distance >= 0n && distance % ID_STEP === 0n && distance / ID_STEP < BigInt(from.count)) {
      return sampleImage(from, Number(distance / ID_STEP));
    }
  }
  return null;
}

export function sampleImage(from: SampleSequence, index: number): SampleImage {
  const id = idOf(from, index);
  const random = createHash('sha256').update(id).digest();
  const [make, model] = CAMERAS[from.count > 1 ? index % CAMERAS.length : 0] ?? ['none', 'none'];
  return {
    id,
    sequence: from,
    index,
    capturedAt: new Date(from.startsAt.getTime() + index * 2_000 + (random.readUInt8(0) % 900)),
    longitude: Number((from.from[0] + index * 0.000_12).toFixed(11)),
    latitude: Number((from.from[1] + index * 0.000_03).toFixed(11)),
    compassAngle: index === 0 ? 0 : Number(((index * 7.31) % 360).toFixed(2)),
    make,
    model,
    isPano: index % 12 === 11,
    width: PHOTO_WIDTH,
    height: from.height ?? roundedHeight(640 + (random.readUInt16BE(2) % 2900)),
    trailingBytes: from.trailingBytes,
  };
}
