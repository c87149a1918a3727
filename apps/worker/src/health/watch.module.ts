import { Global, Module } from '@nestjs/common';
import { ChoreJournal } from './chore-journal.js';
import { WorkWatch } from './work-watch.js';

/** What the parts of a worker tell of their work. */
@Global()
@Module({ providers: [ChoreJournal, WorkWatch], exports: [ChoreJournal, WorkWatch] })
export class WatchModule {}
