/** What the first bytes of a file say it is. */
export interface FileFacts {
  mime: string;
  width: number;
  height: number;
}

const startsWith = (head: Buffer, ...bytes: number[]): boolean =>
  bytes.every((byte, index) => head[index] === byte);

function mimeOf(head: Buffer): string {
  if (startsWith(head, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (startsWith(head, 0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (startsWith(head, 0x47, 0x49, 0x46, 0x38)) return 'image/gif';
  if (startsWith(head, 0x49, 0x49, 0x2a, 0) || startsWith(head, 0x4d, 0x4d, 0, 0x2a)) return 'image/tiff';
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP')
    return 'image/webp';
  if (startsWith(head, 0x1a, 0x45, 0xdf, 0xa3)) return 'video/webm';
  if (head.toString('latin1', 0, 4) === 'OggS') return 'application/ogg';
  if (head.toString('latin1', 0, 5) === '%PDF-') return 'application/pdf';
  const text = head.toString('latin1', 0, 1024).toLowerCase();
  if (/<svg[\s>]/.test(text)) return 'image/svg+xml';
  if (/<(!doctype html|html|head|body|script|table|title)/.test(text)) return 'text/html';
  if (text.includes('<?php')) return 'application/x-php';
  return 'unknown/unknown';
}

/** @param head as much of the file's beginning as is at hand */
export function inspectFile(head: Buffer): FileFacts {
  const mime = mimeOf(head);
  if (mime === 'image/jpeg') return { mime, ...jpegSize(head) };
  if (mime === 'image/png' && head.length >= 24)
    return { mime, width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  if (mime === 'image/gif' && head.length >= 10)
    return { mime, width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  return { mime, width: 0, height: 0 };
}

function jpegSize(head: Buffer): { width: number; height: number } {
  let at = 2;
  while (at + 9 < head.length && head[at] === 0xff) {
    const marker = head.readUInt8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7) };
    at += 2 + head.readUInt16BE(at + 2);
  }
  return { width: 0, height: 0 };
}

const EXTENSIONS: Record<string, readonly string[]> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe'],
  'image/png': ['png'],
  'image/gif': ['gif'],
  'image/tiff': ['tif', 'tiff'],
  'image/webp': ['webp'],
  'image/svg+xml': ['svg'],
  'video/webm': ['webm'],
  'application/ogg': ['ogg', 'ogv', 'oga'],
};
export const FILE_EXTENSIONS: readonly string[] = [
  'jpg',
  'jpeg',
  'png',
  'gif',
  'tif',
  'tiff',
  'webp',
  'svg',
  'webm',
  'ogg',
  'ogv',
  'oga',
];
export const FORBIDDEN_TYPES: readonly string[] = ['text/html', 'application/x-php'];

export const extensionFits = (extension: string, mime: string): boolean =>
  (EXTENSIONS[mime] ?? []).includes(extension);
export const usualExtension = (mime: string): string => EXTENSIONS[mime]?.[0] ?? '';
export const mediaTypeOf = (mime: string): string =>
  mime === 'image/svg+xml'
    ? 'DRAWING'
    : mime.startsWith('image/')
      ? 'BITMAP'
      : mime.startsWith('video/')
        ? 'VIDEO'
        : 'UNKNOWN';
