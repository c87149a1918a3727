import {
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CommonsApi, WcqsClient } from '#app/commons-client';
import {
  observeDispatcher,
  observeWithAll,
  originsOf,
  RequestMetrics,
  requestSpans,
} from '#app/observability';
import { createImageSources } from '#app/image-sources';
import { ManifestRepository, RedisCache, RedisRate, RequestSlots } from '#app/persistence';
import { Agent } from 'undici';
import { WorkerConfig } from '../worker.config.js';
import { IMAGE_SOURCES, type ImageSources } from './image-sources.js';

const SOURCE_CONNECTIONS = Symbol('connections to image sources');

/** The services on the internet that uploads need. */
@Global()
@Module({
  providers: [
    { provide: SOURCE_CONNECTIONS, useFactory: () => new Agent({ connections: 20 }) },
    {
      provide: CommonsApi,
      inject: [WorkerConfig, RequestSlots, RequestMetrics],
      useFactory: (config: WorkerConfig, limiter: RequestSlots, observer: RequestMetrics) =>
        new CommonsApi({
          apiUrl: config.commonsApiUrl,
          indexUrl: config.commonsIndexUrl,
          userAgent: config.userAgent,
          consumer: { key: config.oauthConsumerKey, secret: config.oauthConsumerSecret },
          limiter,
          observer: observeWithAll([observer, requestSpans]),
          delayScale: config.retryDelayScale,
        }),
    },
    {
      provide: WcqsClient,
      inject: [WorkerConfig, RequestMetrics],
      useFactory: (config: WorkerConfig, observer: RequestMetrics) =>
        new WcqsClient({
          observer,
          url: config.wcqsUrl,
          userAgent: config.userAgent,
          indexUrl: config.commonsIndexUrl,
          ...(config.wcqsOauthToken && { oauthToken: config.wcqsOauthToken }),
        }),
    },
    {
      provide: IMAGE_SOURCES,
      inject: [
        WorkerConfig,
        WcqsClient,
        RedisCache,
        RedisRate,
        SOURCE_CONNECTIONS,
        ManifestRepository,
        RequestMetrics,
      ],
      useFactory: (
        config: WorkerConfig,
        existingFiles: WcqsClient,
        cache: RedisCache,
        rate: RedisRate,
        connections: Agent,
        rows: ManifestRepository,
        requests: RequestMetrics,
      ): ImageSources => {
        const logger = new Logger('ImageSources');
        const upstreams = originsOf([
          ['mapillary', config.mapillaryApiUrl],
          ['flickr', config.flickrApiUrl],
          ['flickr', config.flickrShortUrl],
          ['commons', config.commonsIndexUrl],
          ['wikidata', config.wikidataApiUrl],
          ['geocoding', config.geocodingApiUrl],
        ]);
        return createImageSources({
          dispatcher: observeDispatcher(connections, upstreams, requests),
          userAgent: config.userAgent,
          existingFiles,
          cache,
          ...(config.mapillaryApiToken && {
            mapillary: { apiUrl: config.mapillaryApiUrl, token: config.mapillaryApiToken },
          }),
          ...(config.flickrApiKey && {
            flickr: {
              apiUrl: config.flickrApiUrl,
              key: config.flickrApiKey,
              rate,
              shortUrl: config.flickrShortUrl,
              acceptsReview: config.flickrReviewLicenses,
              badAuthorsUrl: `${config.commonsIndexUrl}?title=User:FlickreviewR/bad-authors&action=raw`,
              wikidataApiUrl: config.wikidataApiUrl,
            },
          }),
          ...(config.manifestEnabled && { manifest: { rows } }),
          geocoding: {
            url: config.geocodingApiUrl,
            concurrency: config.geocodingConcurrencyLimit,
            ttlSeconds: config.geocodingTtlHours * 3_600,
          },
          collectionTtlSeconds: config.collectionTtlSeconds,
          delayScale: config.retryDelayScale,
          onProblem: (problem) => logger.warn(problem.message),
        });
      },
    },
  ],
  exports: [CommonsApi, IMAGE_SOURCES],
})
export class UpstreamsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(UpstreamsModule.name);

  constructor(
    private readonly commons: CommonsApi,
    private readonly wcqs: WcqsClient,
    @Inject(IMAGE_SOURCES) private readonly sources: ImageSources,
    @Inject(SOURCE_CONNECTIONS) private readonly sourceConnections: Agent,
  ) {}

  /** Nobody waits for this: a source that is away just now must not keep the process from starting. */
  onApplicationBootstrap(): void {
    for (const source of Object.values(this.sources)) {
      source.checkUpstream?.().catch((error: unknown) => this.logger.error(String(error)));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.commons.close(), this.wcqs.close(), this.sourceConnections.close()]);
  }
}
