import { Module } from '@nestjs/common';
import { UploadsModule } from '../uploads/uploads.module.js';
import { EditGate } from './edit-gate.js';
import { Moves } from './moves.js';
import { PageEditors } from './page-editors.js';
import { SelectedFiles } from './selected-files.js';

@Module({
  imports: [UploadsModule],
  providers: [EditGate, PageEditors, Moves, SelectedFiles],
  exports: [Moves, SelectedFiles],
})
export class CategoriesModule {}
