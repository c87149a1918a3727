import { fillTemplate, type ImageSourceName, type MediaImage } from '#app/protocol';

export interface PageWishes {
  /** Wikitext with fields of the image; null for none. */
  categories: string | null;
  /** The date makes no category. */
  isDateUncategorized: boolean;
}

const TRACKING: Readonly<Partial<Record<ImageSourceName, string>>> = {
  mapillary: '[[Category:Images from Mapillary uploaded with Curator]]',
};

const SOURCES: Readonly<Partial<Record<ImageSourceName, (image: MediaImage, collection: string) => string>>> =
  {
    mapillary: ({ id }, collection) => `{{Mapillary-source|key=${id}}} Sequence ID: ${collection}`,
  };

const LICENSES: Readonly<Partial<Record<ImageSourceName, string>>> = { mapillary: '{{cc-by-sa-4.0}}' };

/** Without what would end a parameter or begin markup. */
const plain = (text: string): string => text.replace(/[[\]{}|<>]/g, ' ').trim();

/**
 * The page of a new file, as the web client writes it. The licence of sources that add it themselves is left out.
 * @param collection the id of the image's collection
 * @returns null when the image has nothing for a field of the categories
 */
export function writeFilePage(
  source: ImageSourceName,
  image: MediaImage,
  collection: string,
  { categories, isDateUncategorized }: PageWishes,
): string | null {
  const filled = fillTemplate(categories ?? '', image, collection);
  if (filled === null) return null;
  const tracking = TRACKING[source];
  const lines = [filled.trim(), ...(tracking && !filled.includes(tracking) ? [tracking] : [])];
  const license = LICENSES[source];
  return [
    '== {{int:filedesc}} ==',
    ...information(source, image, collection, isDateUncategorized),
    ...location(image),
    ...(image.camera.is_pano ? ['{{Pano360}}'] : []),
    '',
    ...(license === undefined ? [] : ['== {{int:license-header}} ==', license, '']),
    ...lines.filter((line) => line !== ''),
    '',
  ].join('\n');
}

function information(
  source: ImageSourceName,
  image: MediaImage,
  collection: string,
  isDateUncategorized: boolean,
): string[] {
  const { creator, dates, urls, description } = image;
  const taken = `${dates.taken.slice(0, 19)}Z`;
  const from = SOURCES[source]?.(image, collection) ?? `[${urls.url} ${plain(image.title) || urls.url}]`;
  const author = `[${creator.profile_url} ${plain(creator.username)}]`;
  const isTitled = source !== 'mapillary';
  return [
    '{{Information',
    ...(isTitled ? [` | description  = ${plain(description ?? image.title)}`] : []),
    ` | date         = {{Taken on|${isDateUncategorized ? 'cat=no|' : ''}${taken}}}`,
    ` | source       = ${from}`,
    ...(isTitled ? [` | author       = ${author}`] : []),
    ...(isTitled
      ? []
      : [
          ' | other_fields = {{information field|Academic context|{{en|1=Geospatial street-level imagery from external site}}}}',
        ]),
    '}}',
  ];
}

function location({ location: { latitude, longitude, compass_angle: heading } }: MediaImage): string[] {
  if (latitude === 0 && longitude === 0) return [];
  return [`{{Location|${latitude}|${longitude}${heading === undefined ? '' : `|heading:${heading}`}}}`];
}
