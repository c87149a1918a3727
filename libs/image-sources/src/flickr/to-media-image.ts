import type { Creator, MediaImage } from '#app/protocol';

import { licenseName } from './flickr-licenses.js';
import type { FlickrPhoto, PhotoSize } from './flickr-photo.js';
import { largestSize } from './read-flickr-photo.js';

const THUMBNAIL_WIDTH = 240;
const PREVIEW_WIDTH = 800;
const MAX_TITLE_BYTES = 240;

/** Nothing of this may be in the name of a file on a wiki, or it would be read as something else there. */
const ILLEGAL =
  /[#<>[\]|{}:/\\\p{Cc}\p{Cf}\ufffd]+|%(?=[0-9a-f]{2})|~{3,}|&(?=(?:[a-z\d]+|#\d+|#x[0-9a-f]+);)/giu;

function shorten(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  while (Buffer.byteLength(letters.join('')) > bytes) letters.pop();
  return letters.join('').trimEnd();
}

/** The extension of the file itself; resized pictures are JPEGs unless their address says otherwise. */
function extensionOf(size: PhotoSize | undefined): string {
  const extension = /\.([a-z]{3,4})(?:\?|$)/i.exec(size?.url ?? '')?.[1]?.toLowerCase();
  return extension === undefined || extension === 'jpeg' ? 'jpg' : extension;
}

/** The photo's own title, made fit for a wiki, with its number: unique and to be found again. */
export function suggestTitle(photo: FlickrPhoto): string {
  const tail = ` (${photo.id}).${extensionOf(largestSize(photo))}`;
  const words = photo.title
    .replace(ILLEGAL, ' ')
    .replace(/[\s_]+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
  return (shorten(words, MAX_TITLE_BYTES - tail.length) || 'Photo from Flickr') + tail;
}

/** Pages of Flickr as people open them. @param webUrl `https://www.flickr.com` */
export const pagesOf = (
  { id, owner }: Pick<FlickrPhoto, 'id' | 'owner'>,
  webUrl: string,
): { photo: string; profile: string } => {
  const name = encodeURIComponent(owner.alias || owner.nsid).replace('%40', '@');
  return { photo: `${webUrl}/photos/${name}/${id}/`, profile: `${webUrl}/people/${name}/` };
};

export const creatorOf = (photo: FlickrPhoto, webUrl: string): Creator => ({
  id: photo.owner.nsid,
  username: photo.owner.username,
  profile_url: pagesOf(photo, webUrl).profile,
});

/**
 * When the photo was taken, as ISO 8601. Flickr knows no zone, so the camera's time is given as if it were UTC, which
 * keeps its day; a photo whose time nobody knows goes by the moment it came to Flickr.
 */
export const takenAt = ({ taken, postedAt }: FlickrPhoto): string =>
  taken === undefined
    ? new Date(postedAt * 1_000).toISOString()
    : new Date(`${taken.date}T${taken.time}Z`).toISOString();

/** What clients show. A photo without a public place is told at 0, 0 with the accuracy 0, as Flickr itself tells it. */
export function toMediaImage(photo: FlickrPhoto, webUrl: string): MediaImage {
  const { sizes, description, tags, location } = photo;
  const original = largestSize(photo);
  const atLeast = (width: number): string =>
    (sizes.find((size) => size.width >= width && !size.isOriginal) ?? original)?.url ?? '';
  return {
    id: photo.id,
    title: suggestTitle(photo),
    dates: { taken: takenAt(photo) },
    creator: creatorOf(photo, webUrl),
    location: { ...(location ?? { latitude: 0, longitude: 0, accuracy: 0 }) },
    existing: [],
    urls: {
      url: pagesOf(photo, webUrl).photo,
      original: original?.url ?? '',
      preview: atLeast(PREVIEW_WIDTH),
      thumbnail: atLeast(THUMBNAIL_WIDTH),
    },
    dimensions: { width: original?.width ?? 0, height: original?.height ?? 0 },
    camera: { is_pano: false },
    ...(description !== '' && { description }),
    license: licenseName(photo.license),
    ...(tags.length > 0 && { tags: [...tags] }),
  };
}
