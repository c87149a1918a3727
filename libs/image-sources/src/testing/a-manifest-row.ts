import type { ManifestCells, ManifestRow, ManifestRows } from '#app/protocol';

export const someCells = (more: Partial<ManifestCells> = {}): ManifestCells => ({
  title: 'Harbour crane.jpg',
  url: 'https://files.example.org/crane.jpg',
  source_url: 'https://example.org/crane',
  author: 'Ada Example',
  author_url: 'https://example.org/people/ada',
  license: 'CC BY-SA 4.0',
  taken: '2024-05-17',
  latitude: '53.5411',
  longitude: '9.9937',
  heading: '90.5',
  description: 'A crane in the harbour',
  ...more,
});

export const aManifestRow = (key: string, more: Partial<ManifestCells> = {}): ManifestRow => ({
  key,
  cells: someCells(more),
  storedAt: new Date('2026-01-01T12:00:00Z'),
});

/** Manifests in memory, by their ids. */
export const memoryManifests = (
  manifests: Readonly<Record<string, readonly ManifestRow[]>>,
): ManifestRows => ({
  listKeys: (id) => Promise.resolve((manifests[id] ?? []).map(({ key }) => key)),
  list: (id, keys) => Promise.resolve((manifests[id] ?? []).filter(({ key }) => keys.includes(key))),
});
