import { Module } from '@nestjs/common';
import { JobWatchers } from './job-watchers.js';

@Module({ providers: [JobWatchers], exports: [JobWatchers] })
export class JobsModule {}
