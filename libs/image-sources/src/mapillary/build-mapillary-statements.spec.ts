import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { aGraphImage } from '../testing/local-graph.js';
import { buildMapillaryStatements } from './build-mapillary-statements.js';
import { toMediaImage } from './to-media-image.js';

interface Golden {
  /** What the golden file is about. */
  about: string;
  /** Fields of the Graph API that differ from those of `aGraphImage`. */
  entity: Record<string, unknown> & { id: string };
  copyrightOverride: boolean;
  statements: unknown;
}

const folder = new URL('golden/', import.meta.url);

describe('buildMapillaryStatements', () => {
  const files = readdirSync(folder);

  it('has golden files', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  it.each(files)('builds %s', (file) => {
    const { entity, copyrightOverride, statements } = JSON.parse(
      readFileSync(new URL(file, folder), 'utf8'),
    ) as Golden;
    const image = toMediaImage(aGraphImage(entity.id, 0, entity), 'https://www.mapillary.com');
    expect(image && buildMapillaryStatements(image, copyrightOverride)).toEqual(statements);
  });
});
