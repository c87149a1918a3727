import { checkOutboundUrl, IMAGE_SOURCE_NAMES, KEPT_COLUMNS, MANIFEST_COLUMNS } from '#app/protocol';
import type { ImageSourceName, LabelDto, ManifestCells, UploadItemDto, UploadTableRow } from '#app/protocol';
import { isOnlyCategories, readManifestRow, readOverride } from '#app/image-sources';
import { RowRefused } from './row-problem.js';

/** A row as an upload. */
export interface RowUpload {
  handler: ImageSourceName;
  /** `input` is still empty for images of this manifest. */
  item: UploadItemDto;
  /** What is kept of an image of this manifest. */
  cells?: ManifestCells;
}

const MAX_ID = 255;
const MAX_INPUT = 2_048;
/** Ids stand in edit summaries, where these would be read as markup. */
const UNFIT_ID = /[[\]{}|<>\p{Cc}]/u;

function readHandler({ handler = 'manifest' }: UploadTableRow): ImageSourceName {
  const known = IMAGE_SOURCE_NAMES.find((name) => name === handler.trim().toLowerCase());
  if (known !== undefined) return known;
  throw new RowRefused('handler', `The column handler must be one of ${IMAGE_SOURCE_NAMES.join(', ')}.`);
}

/** The cell that names the row's image, as it is compared with others. */
export const idOf = ({ id = '' }: UploadTableRow): string => id.trim();

function readId(row: UploadTableRow): string {
  const id = idOf(row);
  if (id === '') throw new RowRefused('id', 'The column id is empty.');
  if (id.length > MAX_ID) throw new RowRefused('id', `The id is longer than ${MAX_ID} characters.`);
  if (UNFIT_ID.test(id))
    throw new RowRefused('id', 'The id may not have brackets, bars or invisible characters.');
  return id;
}

function readInput({ input = '' }: UploadTableRow, handler: ImageSourceName): string {
  if (handler === 'manifest') return '';
  const named = input.trim();
  if (named === '')
    throw new RowRefused('input', `The column input is empty: which collection of ${handler}?`);
  if (named.length <= MAX_INPUT) return named;
  throw new RowRefused('input', `The column input is longer than ${MAX_INPUT} characters.`);
}

function readLabel({ label = '', label_language: language = '' }: UploadTableRow): LabelDto | undefined {
  if (label.trim() === '') return undefined;
  if (language.trim() === '') {
    throw new RowRefused('label-language', 'There is a label, but the column label_language is empty.');
  }
  return { language: language.trim(), value: label.trim() };
}

const pick = (row: UploadTableRow): ManifestCells =>
  Object.fromEntries(
    [...MANIFEST_COLUMNS, ...KEPT_COLUMNS].flatMap((column) => {
      const cell = row[column];
      return cell === undefined ? [] : [[column, cell]];
    }),
  );

function readImage(row: UploadTableRow, allowedHosts: readonly string[]): ManifestCells {
  const cells = pick(row);
  const image = readManifestRow(cells);
  checkOutboundUrl(image.url, allowedHosts);
  return cells;
}

/** A page that says nothing, or not what is free about its file, would soon be deleted. */
function checkWikitext(
  { wikitext = '' }: UploadTableRow,
  handler: ImageSourceName,
  isOverride: boolean,
): void {
  if (isOverride && isOnlyCategories(wikitext)) {
    throw new RowRefused(
      'wikitext',
      'With copyright_override the page needs a wikitext of its own that tells the licence.',
    );
  }
  if (handler !== 'manifest' && wikitext.trim() === '') {
    throw new RowRefused('wikitext', `The page of an image from ${handler} needs a wikitext.`);
  }
}

/**
 * Reads a row by itself.
 * @param allowedHosts where files may be downloaded from
 * @throws RowRefused | RefusedError with the first thing that cannot be
 */
export function readRow(row: UploadTableRow, allowedHosts: readonly string[]): RowUpload {
  const handler = readHandler(row);
  const labels = readLabel(row);
  const isOverride = readOverride(row.copyright_override);
  const upload: RowUpload = {
    handler,
    item: {
      id: readId(row),
      input: readInput(row, handler),
      title: row.title?.trim() ?? '',
      wikitext: row.wikitext ?? '',
      copyright_override: isOverride,
      ...(labels && { labels }),
    },
    ...(handler === 'manifest' && { cells: readImage(row, allowedHosts) }),
  };
  checkWikitext(row, handler, isOverride);
  return upload;
}
