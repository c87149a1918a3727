import { Module } from '@nestjs/common';
import { CollectionMessages } from './collection-messages.js';
import { FetchImages } from './fetch-images.js';

@Module({ providers: [FetchImages, CollectionMessages], exports: [CollectionMessages] })
export class CollectionsModule {}
