import type { MediaImage } from './nouns.js';

type ReadField = (image: MediaImage, collection: string) => string | number | undefined;

const taken =
  (from: number, to?: number): ReadField =>
  ({ dates }) =>
    dates.taken.slice(from, to);

/** `02H05M30S`, in UTC. */
const time: ReadField = ({ dates }) => {
  const [, hours = '', minutes = '', seconds = ''] = /T(\d\d):(\d\d):(\d\d)/.exec(dates.taken) ?? [];
  return `${hours}H${minutes}M${seconds}S`;
};
const timeMs: ReadField = (image, collection) =>
  `${time(image, collection) ?? ''}${image.dates.taken.slice(20, 23)}`;

/**
 * What presets can say of an image as `{{name}}`. The names are those of the web client, in which `mapillary.` is said of
 * images from anywhere; times are in UTC.
 */
const FIELDS: Readonly<Record<string, ReadField>> = {
  'mapillary.photo.id': ({ id }) => id,
  'mapillary.photo.sequence': (_, collection) => collection,
  'mapillary.user.id': ({ creator }) => creator.id,
  'mapillary.user.username': ({ creator }) => creator.username,
  'image.id': ({ id }) => id,
  'image.title': ({ title }) => title,
  'image.width': ({ dimensions }) => dimensions.width,
  'image.height': ({ dimensions }) => dimensions.height,
  'captured.date': taken(0, 10),
  'captured.time': time,
  'captured.time_ms': timeMs,
  'captured.year': taken(0, 4),
  'captured.month': taken(5, 7),
  'captured.day_of_month': taken(8, 10),
  'captured.hours': taken(11, 13),
  'captured.minutes': taken(14, 16),
  'captured.seconds': taken(17, 19),
  'captured.milliseconds': taken(20, 23),
  'captured.raw': (image, collection) =>
    `${image.dates.taken.slice(0, 10)}T${timeMs(image, collection) ?? ''}Z`,
  'camera.make': ({ camera }) => camera.make,
  'camera.model': ({ camera }) => camera.model,
  'location.latitude': ({ location }) => location.latitude,
  'location.longitude': ({ location }) => location.longitude,
  'location.compass_angle': ({ location }) => location.compass_angle,
  'location.city': ({ location }) => location.city,
  'location.county': ({ location }) => location.county,
  'location.state': ({ location }) => location.state,
  'location.country': ({ location }) => location.country,
  'location.country_code': ({ location }) => location.country_code,
  'location.postcode': ({ location }) => location.postcode,
};

/** Names that can stand in a template. */
export const TEMPLATE_FIELDS: readonly string[] = Object.keys(FIELDS);

const FIELD = /\{\{\s*([^{}]*?)\s*\}\}/g;
const EXTENSION = /\.(?:gif|jpe?g|pdf|png|svg|tiff?|webm|webp)$/i;

/** Why titles cannot be made from this template, for people, or null. */
export function findTitleTemplateProblem(template: string): string | null {
  const text = template.replace(FIELD, (whole, name: string) => (Object.hasOwn(FIELDS, name) ? '' : whole));
  const [unknown] = text.match(FIELD) ?? [];
  if (unknown !== undefined) return `The title template has a field that is not known: ${unknown}`;
  if (/\{\{|\}\}/.test(text)) return 'The title template has braces that do not belong to a field.';
  if (!/\{\{\s*(?:mapillary\.photo|image)\.id\s*\}\}/.test(template)) {
    return 'The title template must have the id of the image, {{mapillary.photo.id}}, so that no two titles are the same.';
  }
  return EXTENSION.test(template)
    ? null
    : 'The title template must end with the extension of its files, such as .jpg.';
}

/** Writes what an image says of itself, such as `escapeWikitext`. */
export type WriteField = (text: string, where: { readonly beginsLine: boolean }) => string;

/**
 * A template with what is known of an image. What is no field stays as it is: templates of the wiki look the same.
 * @param collection the id of the image's collection
 * @param write how a text stands in what is made, where that is not plain text
 * @returns null when the image has nothing for one of its fields
 */
export function fillTemplate(
  template: string,
  image: MediaImage,
  collection: string,
  write: WriteField = (text) => text,
): string | null {
  let isComplete = true;
  const filled = template.replace(FIELD, (whole, name: string, at: number) => {
    const read = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (read === undefined) return whole;
    const value = read(image, collection);
    if (value === undefined || value === '') isComplete = false;
    if (typeof value !== 'string') return String(value ?? '');
    return write(value, { beginsLine: at === 0 || template[at - 1] === '\n' });
  });
  return isComplete ? filled : null;
}
