import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { CheckSubject } from './check-subject.js';
import { ExportsController } from './exports.controller.js';
import { Exports } from './exports.service.js';
import { OpenDownload } from './open-download.js';

@Module({
  imports: [AuthModule],
  controllers: [ExportsController],
  providers: [Exports, CheckSubject, OpenDownload],
})
export class ExportsModule {}
