import type { FileLink, Label, StructuredError, UploadStatus } from '#app/protocol';
import type { SourceValue } from './source-rows.js';

const DUPLICATES = ['duplicate', 'duplicated_sdc_updated', 'duplicated_sdc_not_updated'] as const;
type DuplicateStatus = (typeof DUPLICATES)[number];

const isDuplicate = (type: unknown): type is DuplicateStatus => DUPLICATES.some((known) => known === type);

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d{1,6})?$/;

/** A moment without zone, which is UTC; null for none, and for those that there are not, as of the year 0. */
export function readMoment(text: string | null | undefined): Date | null {
  const match = MOMENT.exec(text ?? '');
  if (!match) return null;
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const milliseconds = fraction.slice(1, 4).padEnd(3, '0');
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`;
  const moment = new Date(iso);
  return Number.isNaN(moment.getTime()) || moment.toISOString() !== iso || year === '0000' ? null : moment;
}

/** What JSON means; what is none is itself, as text. Null for none, also as JSON writes it. */
export function readJson(value: SourceValue | undefined): unknown {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value === '' ? null : value;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function toLabel(value: unknown): Label | null {
  if (!isRecord(value)) return null;
  const label = { language: textOf(value['language']), value: textOf(value['value']) };
  return label.language !== '' && label.value.trim() !== '' ? label : null;
}

/** Captions: there one, once a list of them. Null where nothing of it can be read. */
export function readLabels(value: SourceValue | undefined): Label[] | null {
  const json = readJson(value);
  const labels = (Array.isArray(json) ? json : [json]).map(toLabel).filter((label) => label !== null);
  return labels.length > 0 ? labels : null;
}

/** Enumerations are written as their value or as their name, `ImageHandler.MAPILLARY`. */
export function readHandler(value: string | null): 'mapillary' | 'flickr' | null {
  const name = (value ?? '').trim().toLowerCase().replace(/^.*\./, '');
  return name === 'mapillary' || name === 'flickr' ? name : null;
}

function readLinks(value: unknown): FileLink[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((link: unknown) => {
    if (!isRecord(link)) return [];
    const [title, url] = [textOf(link['title']), textOf(link['url'])];
    return title !== '' && url !== '' ? [{ title, url }] : [];
  });
}

/** Why an upload of this status was not published; null where there is nothing to tell. */
export function readError(status: UploadStatus, value: SourceValue | undefined): StructuredError | null {
  const json = readJson(value);
  const message = (isRecord(json) ? textOf(json['message']) : textOf(json)).trim();
  const type = isRecord(json) ? json['type'] : undefined;
  if (status === 'completed') return null;
  if (isDuplicate(status)) {
    const links = readLinks(isRecord(json) ? json['links'] : null);
    return { type: status, message: message || 'The file is on Commons already.', links };
  }
  if (status === 'cancelled' && message === '') return null;
  return {
    type: type === 'title_blacklisted' ? type : 'error',
    message: message || 'No reason was kept.',
  };
}

const WIKI = 'https://commons.wikimedia.org/wiki/';
const PAGE = /^https?:\/\/[^/]+\/wiki\/(File:[^?#]+)/;

/** The file that an upload has published: by its address where that is kept, or else by the title that was asked for. */
export function readPublished(success: string | null, filename: string): FileLink {
  const page = PAGE.exec(success ?? '')?.[1];
  const title = page === undefined ? null : decode(page);
  if (title !== null && success !== null) return { title: title.replaceAll('_', ' '), url: success };
  const named = `File:${filename
    .replace(/^File:/i, '')
    .replaceAll('_', ' ')
    .trim()}`;
  return { title: named, url: WIKI + encodeURIComponent(named.replaceAll(' ', '_')).replace('%3A', ':') };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
