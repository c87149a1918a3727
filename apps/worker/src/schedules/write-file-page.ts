import {
  escapeAddress,
  escapeWikitext,
  fillTemplate,
  type ImageSourceName,
  type MediaImage,
} from '#app/protocol';

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
    mapillary: ({ id }, collection) =>
      `{{Mapillary-source|key=${escapeWikitext(id)}}} Sequence ID: ${escapeWikitext(collection)}`,
  };

const LICENSES: Readonly<Partial<Record<ImageSourceName, string>>> = { mapillary: '{{cc-by-sa-4.0}}' };

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
  const filled = fillTemplate(categories ?? '', image, collection, escapeWikitext);
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

/** Without a text the address stands for itself. */
const link = (url: string, text: string): string => {
  const address = escapeAddress(url);
  return `[${address} ${escapeWikitext(text) || address}]`;
};

function information(
  source: ImageSourceName,
  image: MediaImage,
  collection: string,
  isDateUncategorized: boolean,
): string[] {
  const { creator, dates, urls, description } = image;
  const taken = escapeWikitext(`${dates.taken.slice(0, 19)}Z`);
  const from = SOURCES[source]?.(image, collection) ?? link(urls.url, image.title);
  const author = link(creator.profile_url, creator.username);
  const isTitled = source !== 'mapillary';
  return [
    '{{Information',
    ...(isTitled
      ? [` | description  = ${escapeWikitext(description ?? image.title, { lineBreak: '<br />' })}`]
      : []),
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
