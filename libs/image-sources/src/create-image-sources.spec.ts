import { describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';

import { createImageSources, type ImageSourcesOptions } from './create-image-sources.js';
import { memoryManifests } from './testing/a-manifest-row.js';
import { MemoryCache } from './testing/memory-cache.js';

describe('createImageSources', () => {
  const options: ImageSourcesOptions = {
    dispatcher: new Agent(),
    userAgent: 'CuratorTest/1 (https://example.org)',
    existingFiles: { findByProperty: async () => new Map() },
    cache: new MemoryCache(),
    geocoding: { url: 'https://example.org/reverse', concurrency: 1 },
  };

  it('offers what is configured, each source under its own name', () => {
    const sources = createImageSources({
      ...options,
      mapillary: { apiUrl: 'https://graph.mapillary.com', token: 'MLY|1|x' },
    });
    expect(Object.keys(sources)).toEqual(['mapillary']);
    const flickr = {
      apiUrl: 'https://api.flickr.com/services/rest/',
      key: 'k',
      rate: { take: async () => undefined },
      acceptsReview: false,
      badAuthorsUrl: 'https://commons.wikimedia.org/w/index.php',
    };
    Object.assign(sources, createImageSources({ ...options, flickr }));
    Object.assign(sources, createImageSources({ ...options, manifest: { rows: memoryManifests({}) } }));
    expect(Object.keys(sources)).toEqual(['mapillary', 'flickr', 'manifest']);
    for (const [name, source] of Object.entries(sources)) expect(source.name).toBe(name);
  });

  it('offers no source that it has no token for', () => {
    expect(createImageSources(options)).toEqual({});
  });
});
