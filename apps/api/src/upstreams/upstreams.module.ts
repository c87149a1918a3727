import { Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CommonsApi, WcqsClient } from '#app/commons-client';
import { createImageSources } from '#app/image-sources';
import { RedisCache, RequestSlots } from '#app/persistence';
import { Agent } from 'undici';
import { ApiConfig } from '../api.config.js';
import { IMAGE_SOURCES, type ImageSources } from './image-sources.js';

const SOURCE_CONNECTIONS = Symbol('connections to image sources');

/** The services on the internet that the API process itself talks to. */
@Module({
  providers: [
    { provide: SOURCE_CONNECTIONS, useFactory: () => new Agent({ connections: 20 }) },
    {
      provide: CommonsApi,
      inject: [ApiConfig, RequestSlots],
      useFactory: (config: ApiConfig, limiter: RequestSlots) =>
        new CommonsApi({
          apiUrl: config.commonsApiUrl,
          indexUrl: config.commonsIndexUrl,
          userAgent: config.userAgent,
          consumer: { key: config.oauthConsumerKey, secret: config.oauthConsumerSecret },
          limiter,
          delayScale: config.retryDelayScale,
        }),
    },
    {
      provide: WcqsClient,
      inject: [ApiConfig],
      useFactory: (config: ApiConfig) =>
        new WcqsClient({
          url: config.wcqsUrl,
          userAgent: config.userAgent,
          indexUrl: config.commonsIndexUrl,
          ...(config.wcqsOauthToken && { oauthToken: config.wcqsOauthToken }),
        }),
    },
    {
      provide: IMAGE_SOURCES,
      inject: [ApiConfig, WcqsClient, RedisCache, SOURCE_CONNECTIONS],
      useFactory: (
        config: ApiConfig,
        wcqs: WcqsClient,
        cache: RedisCache,
        dispatcher: Agent,
      ): ImageSources => {
        const logger = new Logger('ImageSources');
        return createImageSources({
          dispatcher,
          userAgent: config.userAgent,
          existingFiles: wcqs,
          cache,
          ...(config.mapillaryApiToken && {
            mapillary: { apiUrl: config.mapillaryApiUrl, token: config.mapillaryApiToken },
          }),
          geocoding: { url: config.geocodingApiUrl, concurrency: config.geocodingConcurrencyLimit },
          delayScale: config.retryDelayScale,
          onProblem: (problem) => logger.warn(problem.message),
        });
      },
    },
  ],
  exports: [CommonsApi, IMAGE_SOURCES],
})
export class UpstreamsModule implements OnApplicationShutdown {
  constructor(
    private readonly commons: CommonsApi,
    private readonly wcqs: WcqsClient,
    @Inject(SOURCE_CONNECTIONS) private readonly sourceConnections: Agent,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.commons.close(), this.wcqs.close(), this.sourceConnections.close()]);
  }
}
