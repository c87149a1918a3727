import type { WikiState } from './api-call.js';
import { compactTime, type FileVersion, isoTime, type Page } from './content.js';
import { mediaTypeOf } from './file-type.js';
import { sha1Of, type StashedFile } from './stash.js';

const metadata = (objectName: string, timestamp: Date): Record<string, unknown> => ({
  metadata: [{ name: 'MEDIAWIKI_EXIF_VERSION', value: 2 }],
  commonmetadata: [],
  extmetadata: {
    DateTime: { value: isoTime(timestamp), source: 'mediawiki-metadata', hidden: '' },
    ObjectName: { value: objectName, source: 'mediawiki-metadata', hidden: '' },
  },
});

/** What a stash answer tells about the file. */
export function stashedImageInfo(wiki: WikiState, file: StashedFile): Record<string, unknown> {
  const name = `${compactTime(file.stashedAt)}!chunkedupload ${sha1Of(file).slice(0, 12)}`;
  const url = wiki.urls.stashed(file.key);
  return {
    timestamp: isoTime(file.stashedAt),
    size: file.size,
    width: file.facts.width,
    height: file.facts.height,
    canonicaltitle: `File:${name}.${file.key.split('.').at(-1)}`,
    url,
    descriptionurl: url,
    sha1: sha1Of(file),
    ...metadata(name, file.stashedAt),
    mime: file.facts.mime,
    bitdepth: 8,
  };
}

/** What a commit answers about the file it published. */
export function publishedImageInfo(
  wiki: WikiState,
  page: Page,
  version: FileVersion,
  pageExisted: boolean,
): Record<string, unknown> {
  return {
    timestamp: isoTime(version.timestamp),
    user: version.user,
    userid: version.userId,
    size: version.size,
    width: version.width,
    height: version.height,
    parsedcomment: version.comment,
    comment: version.comment,
    html: `<p>A file with this name exists already, please check <strong><a class="mw-selflink selflink">${page.title.text}</a></strong> if you are not sure if you want to overwrite it.\n</p>`,
    canonicaltitle: page.title.text,
    url: wiki.urls.file(page.title),
    descriptionurl: wiki.urls.page(page.title),
    ...(pageExisted ? { descriptionshorturl: wiki.urls.byId(page) } : {}),
    sha1: version.sha1,
    ...metadata(page.title.name.replace(/\.\w+$/, ''), version.timestamp),
    mime: version.mime,
    mediatype: mediaTypeOf(version.mime),
    bitdepth: 8,
  };
}

/** The parts of a version that `iiprop` asks for. */
export function imageInfo(
  wiki: WikiState,
  page: Page,
  version: FileVersion,
  props: ReadonlySet<string>,
): Record<string, unknown> {
  const isOld = version !== page.versions[0];
  const all: [prop: string, value: Record<string, unknown>][] = [
    ['timestamp', { timestamp: isoTime(version.timestamp) }],
    ['user', { user: version.user }],
    ['userid', { userid: version.userId }],
    ['size', { size: version.size, width: version.width, height: version.height }],
    ['comment', { comment: version.comment }],
    ['canonicaltitle', { canonicaltitle: page.title.text }],
    [
      'url',
      {
        url: wiki.urls.file(page.title),
        descriptionurl: wiki.urls.page(page.title),
        descriptionshorturl: wiki.urls.byId(page),
      },
    ],
    ['sha1', { sha1: version.sha1 }],
    ['mime', { mime: version.mime }],
    ['mediatype', { mediatype: mediaTypeOf(version.mime) }],
    ['extmetadata', { extmetadata: metadata(page.title.name, version.timestamp)['extmetadata'] }],
    ['archivename', isOld ? { archivename: `${compactTime(version.timestamp)}!${page.title.name}` } : {}],
  ];
  return Object.assign({}, ...all.filter(([prop]) => props.has(prop)).map(([, value]) => value)) as Record<
    string,
    unknown
  >;
}
