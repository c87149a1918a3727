import { asObject, readId, readList, readObject, readText, type JsonObject } from '../http/read-fields.js';
import type { FlickrPhoto, PhotoSize, TakenPrecision } from './flickr-photo.js';
import { plainText } from './plain-text.js';
import { readBit, readNumeric } from './read-numeric.js';

/** Sizes that lists tell, from the smallest; `o` is the original. Some of these names are undocumented, but answered. */
const LISTED_SIZES = ['sq', 'q', 't', 's', 'n', 'm', 'z', 'c', 'l', 'h', 'k', 'o'] as const;

/** What lists must be asked for so that no photo has to be asked for by itself. */
export const LIST_EXTRAS = [
  'date_taken',
  'date_upload',
  'description',
  'geo',
  'license',
  'machine_tags',
  'media',
  'original_format',
  'owner_name',
  'path_alias',
  'realname',
  'safety_level',
  'tags',
  ...LISTED_SIZES.map((size) => `url_${size}`),
].join(',');

const PRECISIONS: Readonly<Record<string, TakenPrecision>> = {
  '0': 'day',
  '4': 'month',
  '6': 'year',
  '8': 'circa',
};

/** Whether there is such a day at all. */
const isDate = (date: string): boolean => {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
};

/** @param value `YYYY-MM-DD hh:mm:ss` @param granularity 0, 4, 6 or 8 */
function takenOf(value: string | undefined, granularity: string | undefined): FlickrPhoto['taken'] {
  const parts = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d:\d\d:\d\d))?$/.exec(value?.trim() ?? '');
  const precision = PRECISIONS[granularity ?? '0'];
  if (!parts || precision === undefined || parts[1] === '0000') return undefined;
  const [, year = '', month = '', day = '', time = '00:00:00'] = parts;
  const isExact = precision === 'day';
  const date = [year, month === '00' && !isExact ? '01' : month, day === '00' && !isExact ? '01' : day].join(
    '-',
  );
  const isTime = !Number.isNaN(Date.parse(`1970-01-01T${time}Z`));
  return isDate(date) ? { date, time: isTime ? time : '00:00:00', precision } : undefined;
}

/** Without a place Flickr says 0, 0 with the accuracy 0; some cameras say 0, 0 as well. */
function locationOf(from: JsonObject | undefined, isPublic: boolean): FlickrPhoto['location'] {
  const latitude = readNumeric(from, 'latitude');
  const longitude = readNumeric(from, 'longitude');
  const accuracy = readNumeric(from, 'accuracy') ?? 0;
  if (!isPublic || latitude === undefined || longitude === undefined || accuracy === 0) return undefined;
  if ((latitude === 0 && longitude === 0) || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) {
    return undefined;
  }
  return { latitude, longitude, accuracy };
}

const smallestFirst = (a: PhotoSize, b: PhotoSize): number => a.width * a.height - b.width * b.height;

const listedSizes = (raw: JsonObject): PhotoSize[] =>
  LISTED_SIZES.flatMap((size) => {
    const url = readText(raw, `url_${size}`);
    if (url === undefined) return [];
    const [width = 0, height = 0] = [readNumeric(raw, `width_${size}`), readNumeric(raw, `height_${size}`)];
    return [{ url, width, height, isOriginal: size === 'o' }];
  });

const contentOf = (raw: JsonObject, key: string): string => readText(readObject(raw, key), '_content') ?? '';

const optional = <K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, T>);

/** Fields that the list and the single photo name alike. */
const common = (raw: JsonObject, id: string): Pick<FlickrPhoto, 'id' | 'license' | 'isSafe' | 'isVideo'> => ({
  id,
  license: readId(raw, 'license') ?? '',
  isSafe: readNumeric(raw, 'safety_level') === 0,
  isVideo: (readText(raw, 'media') ?? 'photo') !== 'photo',
});

/**
 * One `photo` of a list that was asked for LIST_EXTRAS; null when it cannot be shown.
 * @param album the list around it: photos of an album do not name their owner themselves
 */
export function readListedPhoto(raw: JsonObject, album?: JsonObject): FlickrPhoto | null {
  const id = readId(raw, 'id');
  const nsid = readText(raw, 'owner') ?? readText(album, 'owner');
  const sizes = listedSizes(raw).sort(smallestFirst);
  if (id === undefined || nsid === undefined || sizes.length === 0) return null;
  const isTakenKnown = !readBit(raw, 'datetakenunknown');
  const tags = [readText(raw, 'tags'), readText(raw, 'machine_tags')].join(' ').split(/\s+/).filter(Boolean);
  return {
    ...common(raw, id),
    title: plainText(readText(raw, 'title') ?? ''),
    description: plainText(contentOf(raw, 'description')),
    tags: [...new Set(tags)],
    owner: {
      nsid,
      username: readText(raw, 'ownername') ?? readText(album, 'ownername') ?? '',
      realname: readText(raw, 'realname') ?? '',
      alias: readText(raw, 'pathalias') ?? '',
    },
    postedAt: readNumeric(raw, 'dateupload') ?? 0,
    ...optional(
      'taken',
      isTakenKnown ? takenOf(readText(raw, 'datetaken'), readId(raw, 'datetakengranularity')) : undefined,
    ),
    ...optional('location', locationOf(raw, readBit(raw, 'geo_is_public'))),
    sizes,
  };
}

/** `sizes` of flickr.photos.getSizes, those of a film left out. */
function readSizes(sizes: JsonObject | undefined): PhotoSize[] {
  return readList(sizes, 'size')
    .flatMap((entry): PhotoSize[] => {
      const size = asObject(entry);
      const url = readText(size, 'source');
      if (url === undefined || (readText(size, 'media') ?? 'photo') !== 'photo') return [];
      const [width = 0, height = 0] = [readNumeric(size, 'width'), readNumeric(size, 'height')];
      return [{ url, width, height, isOriginal: readText(size, 'label') === 'Original' }];
    })
    .sort(smallestFirst);
}

/** `photo` of flickr.photos.getInfo with `sizes` of flickr.photos.getSizes; null when it cannot be shown. */
export function readSinglePhoto(raw: JsonObject, sizesOf: JsonObject | undefined): FlickrPhoto | null {
  const id = readId(raw, 'id');
  const owner = readObject(raw, 'owner');
  const nsid = readText(owner, 'nsid');
  const sizes = readSizes(sizesOf);
  if (id === undefined || nsid === undefined || sizes.length === 0) return null;
  const dates = readObject(raw, 'dates');
  const tags = readList(readObject(raw, 'tags'), 'tag').flatMap((entry) => {
    const tag = asObject(entry);
    const text = readBit(tag, 'machine_tag') ? readText(tag, 'raw') : readText(tag, '_content');
    return text === undefined ? [] : [text];
  });
  return {
    ...common(raw, id),
    title: plainText(contentOf(raw, 'title')),
    description: plainText(contentOf(raw, 'description')),
    tags: [...new Set(tags)],
    owner: {
      nsid,
      username: readText(owner, 'username') ?? '',
      realname: readText(owner, 'realname') ?? '',
      alias: readText(owner, 'path_alias') ?? '',
    },
    postedAt: readNumeric(dates, 'posted') ?? readNumeric(raw, 'dateuploaded') ?? 0,
    ...optional(
      'taken',
      readBit(dates, 'takenunknown')
        ? undefined
        : takenOf(readText(dates, 'taken'), readId(dates, 'takengranularity')),
    ),
    ...optional(
      'location',
      locationOf(readObject(raw, 'location'), readBit(readObject(raw, 'geoperms'), 'ispublic')),
    ),
    sizes,
  };
}

/** The original, else the largest size there is. */
export const largestSize = ({ sizes }: FlickrPhoto): PhotoSize | undefined =>
  sizes.find(({ isOriginal }) => isOriginal) ?? sizes.at(-1);
