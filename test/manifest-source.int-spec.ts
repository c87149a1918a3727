import { createImageSources } from '#app/image-sources';
import { ManifestRepository } from '#app/persistence';
import { Agent } from 'undici';

import { describeImageSource } from '../libs/image-sources/src/image-source-contract.js';
import { aUser } from './support/an-upload.js';
import { openTestDatabase } from './support/databases.js';

const cells = {
  title: 'Harbour crane.jpg',
  url: 'https://files.example.org/crane.jpg',
  source_url: 'https://example.org/crane',
  author: 'Ada Example',
  license: 'CC BY-SA 4.0',
  taken: '2024-05-17',
};

describeImageSource('manifest', async () => {
  const opened = await openTestDatabase();
  const { userid } = await aUser(opened.database);
  const rows = new ManifestRepository(opened.database);
  const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `${count - index}`);
  const create = (count: number): Promise<string> =>
    rows.create(
      userid,
      keys(count).map((key) => ({ key, cells })),
    );
  const [id, large] = await Promise.all([create(12), create(501)]);
  const dispatcher = new Agent();
  const { manifest } = createImageSources({
    dispatcher,
    userAgent: 'Curator-tests/1.0 (https://example.org; tests@example.org)',
    cache: { find: () => Promise.resolve(null), keep: () => Promise.resolve() },
    existingFiles: { findByProperty: () => Promise.resolve(new Map()) },
    manifest: { rows },
    geocoding: { url: 'https://geocoding.invalid/reverse', concurrency: 1 },
  });
  if (!manifest) throw new Error('There is no source of manifests');
  return {
    source: manifest,
    inputs: [id, ` ${id} `],
    collectionId: id,
    imageIds: keys(12),
    missing: { input: '0b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71', imageId: '13' },
    malformedInput: 'manifest.csv',
    large: { input: large, imageIds: keys(501) },
    lacksDimensions: true,
    close: async () => {
      await dispatcher.close();
      await opened.drop();
    },
  };
});
