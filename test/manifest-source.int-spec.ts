import { ManifestRepository } from '#app/persistence';

import { describeImageSource } from '../libs/image-sources/src/image-source-contract.js';
import { ManifestSource } from '../libs/image-sources/src/manifest/manifest-source.js';
import { aManifestRow } from '../libs/image-sources/src/testing/a-manifest-row.js';
import { aUser } from './support/an-upload.js';
import { openTestDatabase } from './support/databases.js';

describeImageSource('manifest', async () => {
  const opened = await openTestDatabase();
  const { userid } = await aUser(opened.database);
  const rows = new ManifestRepository(opened.database);
  const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `${count - index}`);
  const create = (count: number): Promise<string> =>
    rows.create(
      userid,
      keys(count).map((key) => aManifestRow(key)),
    );
  const [id, large] = await Promise.all([create(12), create(501)]);
  return {
    source: new ManifestSource({ rows }),
    inputs: [id, ` ${id} `],
    collectionId: id,
    imageIds: keys(12),
    missing: { input: '0b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71', imageId: '13' },
    malformedInput: 'manifest.csv',
    large: { input: large, imageIds: keys(501) },
    lacksDimensions: true,
    close: () => opened.drop(),
  };
});
