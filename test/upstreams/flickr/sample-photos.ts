import { createHash } from 'node:crypto';

export interface SampleOwner {
  nsid: string;
  username: string;
  realname: string;
  /** Empty for people without a name in their addresses. */
  alias: string;
}

/** Photos that were uploaded together, all of them derived from their place in it. */
export interface SampleRoll {
  firstId: bigint;
  count: number;
  owner: SampleOwner;
  /** The album they are in. */
  album?: string;
  tag: string;
  /** The group whose pool they are in. */
  group?: string;
  from: readonly [longitude: number, latitude: number];
  startsAt: Date;
  /** Licences in turn. */
  licenses: readonly string[];
}

export interface SamplePhoto {
  id: string;
  roll: SampleRoll;
  /** Place in the order of capture, from 0. */
  index: number;
  title: string;
  license: string;
  safetyLevel: number;
  isVideo: boolean;
  secret: string;
  takenAt: Date;
  /** Unix seconds. */
  uploadedAt: number;
  granularity: number;
  isTakenKnown: boolean;
  /** Null: not public. */
  location: { latitude: number; longitude: number; accuracy: number } | null;
  hasOriginal: boolean;
  width: number;
  height: number;
}

const ID_STEP = 13n;
const WIDTH = 640;

const HARBOUR_WALKS: SampleOwner = {
  nsid: '71000001@N03',
  username: 'Harbour Walks',
  realname: 'Ada Lindqvist',
  alias: 'harbour_walks',
};
const COAST_ARCHIVE: SampleOwner = {
  nsid: '71000002@N05',
  username: 'Coast Archive',
  realname: '',
  alias: 'coast-archive',
};
const NO_ALIAS: SampleOwner = { nsid: '71000003@N08', username: 'lamp keeper', realname: '', alias: '' };

export const SAMPLE_ROLLS = {
  /** 12 photos under many licences, some without a place, an exact date or an original. */
  harbour: {
    firstId: 54_100_000_017n,
    count: 12,
    owner: HARBOUR_WALKS,
    album: '72177720300000001',
    tag: 'harbour',
    group: '81000001@N21',
    from: [18.0686, 59.3293],
    startsAt: new Date('2025-07-12T09:30:00Z'),
    licenses: ['4', '5', '9', '11', '12', '4', '4', '0', '2', '7', '10', '99'],
  },
  fiveThousand: {
    firstId: 54_200_000_003n,
    count: 5_000,
    owner: COAST_ARCHIVE,
    album: '72177720300000002',
    tag: 'coast',
    from: [-4.1427, 50.3755],
    startsAt: new Date('2019-03-01T06:00:00Z'),
    licenses: ['11'],
  },
  /** More photos than a search answers; they share a tag and the pool of a group. */
  lighthouses: {
    firstId: 54_300_000_009n,
    count: 9_000,
    owner: NO_ALIAS,
    tag: 'lighthouse',
    group: '81000002@N22',
    from: [-9.6, 38.7],
    startsAt: new Date('2021-05-05T05:00:00Z'),
    licenses: ['4'],
  },
} as const satisfies Record<string, SampleRoll>;

export const ROLLS: readonly SampleRoll[] = Object.values(SAMPLE_ROLLS);

export const SAMPLE_GROUPS: readonly { nsid: string; alias: string; name: string }[] = [
  { nsid: '81000001@N21', alias: 'small-harbours', name: 'Small harbours' },
  { nsid: '81000002@N22', alias: 'lighthouses', name: 'Lighthouses of the world' },
];

/** A gallery of the first photos of `harbour`. */
export const SAMPLE_GALLERY = { id: '72157722000000001', count: 6 };

/** Where short links lead. */
export const SHORT_LINKS: Readonly<Record<string, string>> = {
  '/s/aHBqjAharb': 'https://www.flickr.com/photos/harbour_walks/sets/72177720300000001',
  '/y/2Xha4rb': 'https://www.flickr.com/photos/harbour_walks/galleries/72157722000000001/',
  '/ps/ZHaRb': 'https://www.flickr.com/photos/harbour_walks/',
  '/s/away': 'https://example.org/photos/harbour_walks/sets/72177720300000001',
  '/s/inside': 'http://169.254.169.254/latest/meta-data/',
};

export const photoId = (roll: SampleRoll, index: number): string =>
  String(roll.firstId + BigInt(index) * ID_STEP);

export const idsOf = (roll: SampleRoll): string[] =>
  Array.from({ length: roll.count }, (_, index) => photoId(roll, index));

const lists = new Map<SampleRoll, readonly SamplePhoto[]>();

/** All photos of a roll, in the order of capture. */
export function listPhotos(roll: SampleRoll): readonly SamplePhoto[] {
  const known = lists.get(roll);
  if (known !== undefined) return known;
  const photos = Array.from({ length: roll.count }, (_, index) => samplePhoto(roll, index));
  lists.set(roll, photos);
  return photos;
}

export function findSamplePhoto(id: string): SamplePhoto | null {
  if (!/^\d{1,20}$/.test(id)) return null;
  for (const roll of ROLLS) {
    const distance = BigInt(id) - roll.firstId;
    if (distance >= 0n && distance % ID_STEP === 0n && distance / ID_STEP < BigInt(roll.count)) {
      return samplePhoto(roll, Number(distance / ID_STEP));
    }
  }
  return null;
}

function samplePhoto(roll: SampleRoll, index: number): SamplePhoto {
  const id = photoId(roll, index);
  const isMixed = roll === SAMPLE_ROLLS.harbour;
  const [longitude, latitude] = roll.from;
  return {
    id,
    roll,
    index,
    title: index % 5 === 3 ? '' : `Quay no. ${index + 1} & boats`,
    license: roll.licenses[index % roll.licenses.length] ?? '0',
    safetyLevel: isMixed && index === 6 ? 1 : 0,
    isVideo: false,
    secret: createHash('sha256').update(id).digest('hex').slice(0, 10),
    takenAt: new Date(roll.startsAt.getTime() + index * 45_000),
    // Uploaders send several photos in a second.
    uploadedAt: Math.floor(roll.startsAt.getTime() / 1_000) + 86_400 + Math.floor(index / 7),
    granularity: 0,
    isTakenKnown: !(isMixed && index === 11),
    location:
      index % 4 === 3
        ? null
        : { latitude: latitude + index / 10_000, longitude: longitude + index / 10_000, accuracy: 16 },
    hasOriginal: index % 6 !== 5,
    width: WIDTH * 4,
    height: WIDTH * 3,
  };
}
