import { PhotoCdn } from './cdn/photo-cdn.js';
import { CommonsWiki } from './commons/commons-wiki.js';
import type { Consumer } from './commons/oauth.js';
import { FlickrService } from './flickr/flickr-service.js';
import { GeocodingService } from './geocoding/geocoder.js';
import { MapillaryGraph } from './mapillary/mapillary-graph.js';
import type { StandIn } from './server/stand-in.js';
import { QueryService } from './wcqs/query-service.js';
import { WikidataWiki } from './wikidata/wikidata-wiki.js';

/** All stand-ins, each on its own port of loopback. */
export interface Upstreams {
  commons: CommonsWiki;
  mapillary: MapillaryGraph;
  cdn: PhotoCdn;
  flickr: FlickrService;
  wcqs: QueryService;
  geocoding: GeocodingService;
  wikidata: WikidataWiki;
  /** Environment variables that make our processes use these upstreams. */
  environment: Record<string, string>;
  stop: () => Promise<void>;
}

export type UpstreamName = Exclude<keyof Upstreams, 'environment' | 'stop'>;

export interface StartOptions {
  /** Ports by name; what is not named gets any free port. */
  ports?: Partial<Record<UpstreamName, number>>;
  /** Key and secret of the OAuth consumer; random unless given. */
  consumer?: Partial<Consumer>;
}

/** Starts all upstreams. */
export async function startUpstreams({ ports = {}, consumer = {} }: StartOptions = {}): Promise<Upstreams> {
  const commons = new CommonsWiki({ consumer });
  const cdn = new PhotoCdn();
  const mapillary = new MapillaryGraph(cdn);
  const flickr = new FlickrService();
  const wcqs = new QueryService(commons);
  const geocoding = new GeocodingService();
  const wikidata = new WikidataWiki(commons.oauth);
  const all = { commons, mapillary, cdn, flickr, wcqs, geocoding, wikidata } satisfies Record<
    UpstreamName,
    StandIn
  >;
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(all).map((upstream) => upstream.stop()));
  };
  try {
    await Promise.all(
      Object.entries(all).map(([name, upstream]) => upstream.start(ports[name as UpstreamName] ?? 0)),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const environment = {
    COMMONS_API_URL: commons.apiUrl,
    COMMONS_INDEX_URL: commons.indexUrl,
    CURATOR_OAUTH1_KEY: commons.consumer.key,
    CURATOR_OAUTH1_SECRET: commons.consumer.secret,
    WIKIDATA_API_URL: wikidata.apiUrl,
    WCQS_URL: wcqs.sparqlUrl,
    WCQS_OAUTH_TOKEN: wcqs.oauthToken,
    MAPILLARY_API_URL: mapillary.url,
    MAPILLARY_API_TOKEN: mapillary.token,
    GEOCODING_API_URL: geocoding.reverseUrl,
    FLICKR_API_URL: flickr.apiUrl,
    FLICKR_API_KEY: flickr.key,
    FLICKR_SHORT_URL: flickr.url,
    DOWNLOAD_ALLOWED_HOSTS: `${cdn.host},${flickr.host}`,
  };
  return { ...all, environment, stop };
}
