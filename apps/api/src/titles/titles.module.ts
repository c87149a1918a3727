import { Module } from '@nestjs/common';
import { UpstreamsModule } from '../upstreams/upstreams.module.js';
import { CheckTitles } from './check-titles.js';
import { PrefixBlacklist } from './prefix-blacklist.js';
import { TitleMessages } from './title-messages.js';

@Module({
  imports: [UpstreamsModule],
  providers: [CheckTitles, PrefixBlacklist, TitleMessages],
  exports: [CheckTitles, PrefixBlacklist, TitleMessages],
})
export class TitlesModule {}
