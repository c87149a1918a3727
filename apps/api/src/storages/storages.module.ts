import { Module } from '@nestjs/common';
import { ChangeStorages } from './change-storages.js';
import { StoragesController } from './storages.controller.js';

/** Where exports are kept, for administrators. */
@Module({ controllers: [StoragesController], providers: [ChangeStorages] })
export class StoragesModule {}
