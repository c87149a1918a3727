import { Module } from '@nestjs/common';
import { CategorySources } from './category-sources.js';

@Module({ providers: [CategorySources], exports: [CategorySources] })
export class ImportsModule {}
