import { Module } from '@nestjs/common';
import { CollectionMessages } from './collection-messages.js';
import { UpstreamsModule } from '../upstreams/upstreams.module.js';
import { FetchImages } from './fetch-images.js';

@Module({
  imports: [UpstreamsModule],
  providers: [FetchImages, CollectionMessages],
  exports: [CollectionMessages],
})
export class CollectionsModule {}
