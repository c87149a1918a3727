import type { Dispatcher } from 'undici';

import type { Cache, ExistingFiles, ImageSource, ImageSourceName } from '#app/protocol';

import { FlickrSource, type FlickrSourceOptions } from './flickr/flickr-source.js';
import { Geocoder } from './geocoder.js';
import { ManifestSource, type ManifestSourceOptions } from './manifest/manifest-source.js';
import { MapillarySource, type MapillarySourceOptions } from './mapillary/mapillary-source.js';

export interface ImageSourcesOptions {
  /** Keep-alive connections to the sources; the caller closes it. */
  dispatcher: Dispatcher;
  userAgent: string;
  existingFiles: ExistingFiles;
  cache: Cache;
  /** Absent: the source is not offered. */
  mapillary?: Pick<
    MapillarySourceOptions,
    'apiUrl' | 'token' | 'webUrl' | 'largeCollection' | 'timeBudgetMs'
  >;
  /** Absent: the source is not offered. */
  flickr?: Pick<
    FlickrSourceOptions,
    | 'apiUrl'
    | 'key'
    | 'rate'
    | 'acceptsReview'
    | 'badAuthorsUrl'
    | 'wikidataApiUrl'
    | 'shortUrl'
    | 'webUrl'
    | 'largeCollection'
  >;
  /** Absent: the source is not offered. */
  manifest?: ManifestSourceOptions;
  geocoding: { url: string; concurrency: number; ttlSeconds?: number };
  /** For which it is kept what a source told of an image while somebody chooses from a collection. */
  collectionTtlSeconds?: number;
  /** Factor on the delays between retries; 1 in production. */
  delayScale?: number;
  /** Told of failures that a collection survives, e.g. of geocoding. */
  onProblem?: (problem: Error) => void;
}

/** Every image source this process can offer, by the name clients use. */
export function createImageSources(
  options: ImageSourcesOptions,
): Readonly<Partial<Record<ImageSourceName, ImageSource>>> {
  const { dispatcher, userAgent, existingFiles, cache, delayScale, onProblem } = options;
  const geocoder = new Geocoder({
    ...options.geocoding,
    dispatcher,
    userAgent,
    cache,
    ...(onProblem && { onProblem }),
  });
  const shared = {
    dispatcher,
    userAgent,
    geocoder,
    existingFiles,
    cache,
    ...(options.collectionTtlSeconds !== undefined && {
      collectionTtlSeconds: options.collectionTtlSeconds,
    }),
    ...(delayScale !== undefined && { delayScale }),
  };
  return {
    ...(options.mapillary && { mapillary: new MapillarySource({ ...options.mapillary, ...shared }) }),
    ...(options.flickr && {
      flickr: new FlickrSource({ ...options.flickr, ...shared, ...(onProblem && { onProblem }) }),
    }),
    ...(options.manifest && { manifest: new ManifestSource(options.manifest) }),
  };
}
