import { RefusedError } from '#app/protocol';

/** What a person named: one image, whose sequence is then meant, or a sequence. */
export type MapillaryInput = { kind: 'image' | 'sequence'; id: string };

const IMAGE_ID = /^\d{1,24}$/;
const SEQUENCE_ID = /^[A-Za-z0-9_-]{4,64}$/;
const HAS_HOST = /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:[\w-]+\.)*mapillary\.com(?:[/?#:]|$))/i;

const refuse = (message: string): never => {
  throw new RefusedError('mapillary-input', message);
};

const imageOf = (id: string): MapillaryInput =>
  IMAGE_ID.test(id)
    ? { kind: 'image', id }
    : refuse(
        'This address names its image in a way Mapillary no longer resolves. Open it and copy the new address.',
      );

const sequenceOf = (id: string): MapillaryInput =>
  SEQUENCE_ID.test(id) ? { kind: 'sequence', id } : refuse('This is not the id of a Mapillary sequence.');

function parseAddress(text: string): MapillaryInput {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(address) ? new URL(address) : refuse('This is not an address.');
  if (!/^https?:$/.test(url.protocol) || !/^(?:.+\.)?mapillary\.com$/i.test(url.hostname)) {
    refuse('This is not an address of Mapillary.');
  }
  const image = url.searchParams.get('pKey') ?? url.searchParams.get('image_key');
  if (image) return imageOf(image.trim());
  const path = /^\/(?:map|app)\/(im|photo|s|sq|sequence)\/([^/]+)/.exec(url.pathname);
  if (path) return (path[1] === 'im' || path[1] === 'photo' ? imageOf : sequenceOf)(path[2] ?? '');
  return refuse('This Mapillary address names no image. Open one of the sequence and copy the address then.');
}

/**
 * Reads whatever a person may paste: a sequence id, an image id (digits only), or an address of the web application,
 * with or without its scheme.
 * @throws RefusedError `mapillary-input` with a sentence for that person
 */
export function parseMapillaryInput(input: string): MapillaryInput {
  const text = input.trim();
  if (text === '') refuse('Enter the id or the address of a Mapillary sequence.');
  if (HAS_HOST.test(text)) return parseAddress(text);
  return IMAGE_ID.test(text) ? { kind: 'image', id: text } : sequenceOf(text);
}
