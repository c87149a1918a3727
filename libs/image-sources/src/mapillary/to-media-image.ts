import type { ImageLocation, MediaImage } from '#app/protocol';

import { readId, readList, readNumber, readObject, readText, type JsonObject } from '../http/read-fields.js';

/** What the Graph API must be asked for so that `toMediaImage` can be filled; it gives only what is listed. */
export const IMAGE_FIELDS = [
  'id',
  'captured_at',
  'compass_angle',
  'computed_geometry',
  'creator',
  'geometry',
  'height',
  'is_pano',
  'make',
  'model',
  'thumb_1024_url',
  'thumb_256_url',
  'thumb_original_url',
  'width',
].join(',');

/** Enough to tell whether an image can be shown, and when it was taken. */
export const ORDER_FIELDS = 'id,captured_at,computed_geometry,geometry';

export const LICENSE = 'CC BY-SA 4.0';

/** Coordinates as uploaded; those computed by Mapillary's reconstruction only where there are no others. */
function findCoordinates(raw: JsonObject): { latitude: number; longitude: number } | null {
  for (const field of ['geometry', 'computed_geometry']) {
    const [longitude, latitude] = readList(readObject(raw, field), 'coordinates');
    if (typeof longitude === 'number' && typeof latitude === 'number') return { latitude, longitude };
  }
  return null;
}

/** When and where an image was taken, or null when it lacks either and so cannot be shown. */
export function findCapture(
  raw: JsonObject,
): { takenAt: number; latitude: number; longitude: number } | null {
  const takenAt = readNumber(raw, 'captured_at');
  const coordinates = findCoordinates(raw);
  return takenAt === undefined || coordinates === null ? null : { takenAt, ...coordinates };
}

/** North is 0, a valid heading; anything outside the circle is a device's way to say it does not know. */
function headingOf(raw: JsonObject): Pick<ImageLocation, 'compass_angle'> {
  const angle = readNumber(raw, 'compass_angle');
  return angle !== undefined && angle >= 0 && angle < 360 ? { compass_angle: angle } : {};
}

/** Cameras that do not know their name send the word "none". */
function cameraText(raw: JsonObject, key: 'make' | 'model'): string | undefined {
  const text = readText(raw, key)?.trim();
  return text?.toLowerCase() === 'none' ? undefined : text;
}

function cameraOf(raw: JsonObject): MediaImage['camera'] {
  const make = cameraText(raw, 'make');
  const model = cameraText(raw, 'model');
  return { ...(make && { make }), ...(model && { model }), is_pano: raw['is_pano'] === true };
}

function creatorOf(raw: JsonObject, webUrl: string): MediaImage['creator'] {
  const creator = readObject(raw, 'creator');
  const username = readText(creator, 'username') ?? '';
  return {
    id: readId(creator, 'id') ?? '',
    username,
    profile_url: username ? `${webUrl}/app/user/${encodeURIComponent(username)}` : `${webUrl}/app/`,
  };
}

/**
 * One entity of the Graph API as clients show it, or null when Mapillary tells no place or no time for it.
 * Days (title, statements) are those of UTC everywhere: the camera's own zone is not in the data.
 * @param webUrl address of the web application, `https://www.mapillary.com`
 */
export function toMediaImage(raw: JsonObject, webUrl: string): MediaImage | null {
  const id = readId(raw, 'id');
  const capture = findCapture(raw);
  if (!id || !capture) return null;
  const taken = new Date(capture.takenAt).toISOString();
  const original = readText(raw, 'thumb_original_url') ?? '';
  const preview = readText(raw, 'thumb_1024_url') ?? original;
  return {
    id,
    title: `Photo from Mapillary ${taken.slice(0, 10)} (${id}).jpg`,
    dates: { taken },
    creator: creatorOf(raw, webUrl),
    location: { latitude: capture.latitude, longitude: capture.longitude, ...headingOf(raw) },
    existing: [],
    urls: {
      url: `${webUrl}/app/?pKey=${id}&focus=photo`,
      original,
      preview,
      thumbnail: readText(raw, 'thumb_256_url') ?? preview,
    },
    dimensions: { width: readNumber(raw, 'width') ?? 0, height: readNumber(raw, 'height') ?? 0 },
    camera: cameraOf(raw),
    license: LICENSE,
  };
}
