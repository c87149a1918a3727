import type { ExportedFile, ExportedUpload } from '#app/persistence';

export const anExportedUpload = (members: Partial<ExportedUpload> = {}): ExportedUpload => ({
  id: 7,
  batchid: 3,
  status: 'completed',
  key: '1234567',
  handler: 'mapillary',
  collection: 'a-sequence',
  filename: 'A street.jpg',
  wikitext: '== {{int:filedesc}} ==',
  copyrightOverride: false,
  labels: [{ language: 'en', value: 'A street' }],
  error: null,
  success: 'https://commons.example/wiki/File:A_street.jpg',
  publishedTitle: 'File:A street.jpg',
  pageId: 99,
  manifest: null,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  updatedAt: new Date('2026-01-02T00:00:00Z'),
  ...members,
});

export const anExportedFile = (members: Partial<ExportedFile> = {}): ExportedFile => ({
  name: 'Old town.jpg',
  pageId: 12,
  width: 4000,
  height: 3000,
  size: 1_234_567,
  mime: 'image/jpeg',
  sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  firstUploader: 'Alice',
  firstUploadedAt: new Date('2020-05-01T10:20:30Z'),
  latestUploader: 'Bob',
  latestUploadedAt: new Date('2021-06-02T11:22:33Z'),
  ...members,
});
