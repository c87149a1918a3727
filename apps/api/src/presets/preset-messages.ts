import { Injectable } from '@nestjs/common';
import { PresetRepository, type Preset } from '#app/persistence';
import type { ImageSourceName, PresetDto, PresetItemDto } from '#app/protocol';
import type { Connection } from '../live/connection.js';
import type { HandlersOf } from '../live/handlers.js';

const toPresetItem = (preset: Preset): PresetItemDto => ({
  id: preset.id,
  title: preset.title,
  title_template: preset.titleTemplate,
  ...(preset.labels && { labels: preset.labels }),
  ...(preset.categories !== null && { categories: preset.categories }),
  exclude_from_date_category: preset.excludeFromDateCategory,
  handler: preset.handler,
  is_default: preset.isDefault,
  created_at: preset.createdAt.toISOString(),
  updated_at: preset.updatedAt.toISOString(),
});

/** Messages about a person's own presets. Each is answered by the presets of one image source. */
@Injectable()
export class PresetMessages {
  readonly handlers: HandlersOf<'FETCH_PRESETS' | 'SAVE_PRESET' | 'DELETE_PRESET'> = {
    FETCH_PRESETS: ({ data }, connection) => this.list(connection, data.handler),
    SAVE_PRESET: ({ data }, connection) => this.save(connection, data),
    DELETE_PRESET: ({ data }, connection) => this.delete(connection, data.preset_id),
  };

  constructor(private readonly presets: PresetRepository) {}

  private async list(connection: Connection, handler: ImageSourceName): Promise<void> {
    const presets = await this.presets.list(connection.person.userid, handler);
    connection.send({ type: 'PRESETS_LIST', data: { handler, presets: presets.map(toPresetItem) } });
  }

  private async save(connection: Connection, preset: PresetDto): Promise<void> {
    const { userid } = connection.person;
    const draft = {
      handler: preset.handler,
      title: preset.title,
      titleTemplate: preset.title_template,
      labels: preset.labels ?? null,
      categories: preset.categories ?? null,
      excludeFromDateCategory: preset.exclude_from_date_category,
      isDefault: preset.is_default,
    };
    if (preset.preset_id === undefined) await this.presets.create(userid, draft);
    else await this.presets.replace(preset.preset_id, userid, draft);
    await this.list(connection, preset.handler);
  }

  private async delete(connection: Connection, id: number): Promise<void> {
    const { handler } = await this.presets.delete(id, connection.person.userid);
    await this.list(connection, handler);
  }
}
