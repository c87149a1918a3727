import { PhotoCdn } from '../upstreams/cdn/photo-cdn.js';
import { CommonsWiki } from '../upstreams/commons/commons-wiki.js';
import { MapillaryGraph } from '../upstreams/mapillary/mapillary-graph.js';
import type { Environment } from './app-process.js';

/** Stand-ins for everything that Curator speaks to, running in this process. */
export interface Upstreams {
  readonly wiki: CommonsWiki;
  readonly cdn: PhotoCdn;
  readonly mapillary: MapillaryGraph;
  /** The variables that point api and worker to them. */
  readonly environment: Environment;
  stop(): Promise<void>;
}

/** Starts one of each on free ports of the loopback address. */
export async function startUpstreams(): Promise<Upstreams> {
  const wiki = new CommonsWiki();
  const cdn = new PhotoCdn();
  const mapillary = new MapillaryGraph(cdn);
  const all = [wiki, cdn, mapillary];
  await Promise.all(all.map((upstream) => upstream.start()));
  return {
    wiki,
    cdn,
    mapillary,
    environment: {
      COMMONS_API_URL: wiki.apiUrl,
      COMMONS_INDEX_URL: wiki.indexUrl,
      CURATOR_OAUTH1_KEY: wiki.consumer.key,
      CURATOR_OAUTH1_SECRET: wiki.consumer.secret,
      MAPILLARY_API_URL: mapillary.url,
      MAPILLARY_API_TOKEN: mapillary.token,
      DOWNLOAD_ALLOWED_HOSTS: cdn.host,
    },
    stop: async () => {
      await Promise.all(all.map((upstream) => upstream.stop()));
    },
  };
}
