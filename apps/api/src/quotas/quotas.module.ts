import { Module } from '@nestjs/common';
import { AdminQuotasController } from './admin-quotas.controller.js';
import { MyQuotasController } from './my-quotas.controller.js';
import { UserQuotasController } from './user-quotas.controller.js';

@Module({ controllers: [AdminQuotasController, MyQuotasController, UserQuotasController] })
export class QuotasModule {}
