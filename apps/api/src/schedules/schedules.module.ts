import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { SchedulesController } from './schedules.controller.js';
import { Schedules } from './schedules.service.js';

@Module({ imports: [AuthModule], controllers: [SchedulesController], providers: [Schedules] })
export class SchedulesModule {}
