import { StorageRepository, Storages } from '#app/persistence';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query, Res, UseGuards } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { toActor } from '../admin/actor.js';
import { AdminGuard, CurrentUser } from '../auth/current-user.js';
import { NeedsScope } from '../auth/required-scope.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { toPage } from '../http/paging.js';
import { ChangeStorages } from './change-storages.js';
import {
  StorageCheckDto,
  StorageDraftDto,
  StorageDto,
  StoragePageDto,
  StoragesQueryDto,
} from './storage.dto.js';
import { toStorageDraft, toStorageDto, toStoragesQuery } from './to-storage-dto.js';
import { Throttled } from '../throttle/throttled.js';

@ApiTags('storages')
@Controller('api/storages')
@UseGuards(AdminGuard)
@NeedsScope('admin')
@ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'DATABASE_UNAVAILABLE')
export class StoragesController {
  constructor(
    private readonly repository: StorageRepository,
    private readonly changes: ChangeStorages,
    private readonly storages: Storages,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Where exports are kept' })
  @ApiOkResponse({ type: StoragePageDto })
  async listStorages(@Query() query: StoragesQueryDto): Promise<StoragePageDto> {
    const { items, total } = await this.repository.list(toStoragesQuery(query));
    return toPage({ items: items.map(toStorageDto), total }, query);
  }

  @Post()
  @ApiOperation({ summary: 'Sets up a storage' })
  @ApiCreatedResponse({ type: StorageDto })
  @ApiErrors('STORAGE_CONFLICT')
  async createStorage(
    @CurrentUser() user: SignedInUser,
    @Body() draft: StorageDraftDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StorageDto> {
    const storage = await this.changes.create(toStorageDraft(draft), toActor(user));
    response.location(`/api/storages/${storage.id}`);
    return toStorageDto(storage);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One storage' })
  @ApiOkResponse({ type: StorageDto })
  @ApiErrors('STORAGE_NOT_FOUND')
  async findStorage(@IdParam() id: number): Promise<StorageDto> {
    return toStorageDto(await this.repository.get(id));
  }

  @Put(':id')
  @ApiOperation({ summary: 'Replaces a storage; credentials that are not given stay as they are' })
  @ApiOkResponse({ type: StorageDto })
  @ApiErrors('STORAGE_NOT_FOUND', 'STORAGE_CONFLICT')
  async replaceStorage(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Body() draft: StorageDraftDto,
  ): Promise<StorageDto> {
    return toStorageDto(await this.changes.replace(id, toStorageDraft(draft), toActor(user)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes a storage on which nothing depends' })
  @ApiNoContentResponse()
  @ApiErrors('STORAGE_NOT_FOUND', 'STORAGE_CONFLICT')
  async deleteStorage(@CurrentUser() user: SignedInUser, @IdParam() id: number): Promise<void> {
    await this.repository.delete(id, toActor(user));
  }

  @Post(':id/check')
  @Throttled('storage-check')
  @HttpCode(200)
  @ApiOperation({ summary: 'Writes, reads and removes a small file' })
  @ApiOkResponse({ type: StorageCheckDto })
  @ApiErrors('STORAGE_NOT_FOUND', 'STORAGE_UNREACHABLE')
  async checkStorage(@IdParam() id: number): Promise<StorageCheckDto> {
    const storage = await this.storages.open(id);
    await storage.check();
    return { reachable: true };
  }
}
