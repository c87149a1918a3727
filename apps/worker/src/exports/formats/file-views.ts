import type { ExportedFile } from '#app/persistence';
import { writeGuardedLine } from '#app/protocol';
import { toListEntry } from './quick-statements.js';
import type { RowViews } from './text-format.js';

/** The first eight are those that Montage imports. @see https://github.com/hatnote/montage/blob/master/montage/loaders.py */
const COLUMNS = [
  'img_name',
  'img_major_mime',
  'img_minor_mime',
  'img_width',
  'img_height',
  'img_user',
  'img_user_text',
  'img_timestamp',
  'rec_img_text',
  'rec_img_timestamp',
  'page_id',
  'size',
  'sha1',
];

/** As MediaWiki's tables have times: `20260131235959`. */
const toWikiTime = (at: Date | null): string => at?.toISOString().replaceAll(/\.\d+Z$|[^\d]/g, '') ?? '';

const toTitle = ({ name }: ExportedFile): string => `File:${name}`;

/** Files of an import. */
export const fileViews: RowViews<ExportedFile> = {
  csvHeader: writeGuardedLine(COLUMNS),
  toCsvLine: (file) => {
    const [major = '', minor = ''] = file.mime.split('/');
    return writeGuardedLine([
      file.name.replaceAll(' ', '_'),
      major,
      minor,
      String(file.width),
      String(file.height),
      '',
      file.firstUploader ?? '',
      toWikiTime(file.firstUploadedAt),
      file.latestUploader ?? '',
      toWikiTime(file.latestUploadedAt),
      String(file.pageId),
      String(file.size),
      file.sha1,
    ]);
  },
  toObject: (file) => ({
    name: file.name,
    page_id: file.pageId,
    width: file.width,
    height: file.height,
    size: file.size,
    mime: file.mime,
    sha1: file.sha1,
    first_uploader: file.firstUploader,
    first_uploaded_at: file.firstUploadedAt?.toISOString() ?? null,
    latest_uploader: file.latestUploader,
    latest_uploaded_at: file.latestUploadedAt?.toISOString() ?? null,
  }),
  toPicture: (file) => ({ title: toTitle(file), caption: '' }),
  toQuickStatements: (file) => [toListEntry(file.pageId, toTitle(file))],
};
