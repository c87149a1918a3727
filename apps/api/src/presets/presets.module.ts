import { Module } from '@nestjs/common';
import { PresetMessages } from './preset-messages.js';

@Module({ providers: [PresetMessages], exports: [PresetMessages] })
export class PresetsModule {}
