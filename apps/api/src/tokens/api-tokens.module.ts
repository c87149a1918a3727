import { Module } from '@nestjs/common';
import { ApiTokensController } from './api-tokens.controller.js';
import { CreateApiToken } from './create-api-token.js';

@Module({ controllers: [ApiTokensController], providers: [CreateApiToken] })
export class ApiTokensModule {}
