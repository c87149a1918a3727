import type { ImageSourceName } from '#app/protocol';
import type { Repository } from 'typeorm';
import type { Database } from '../database/database.js';
import { PresetEntity } from '../database/entities/preset.entity.js';
import type { Preset, PresetDraft } from './preset.js';

const toPreset = (entity: PresetEntity): Preset => ({
  id: Number(entity.id),
  userid: entity.userid,
  handler: entity.handler,
  title: entity.title,
  titleTemplate: entity.titleTemplate,
  labels: entity.labels,
  categories: entity.categories,
  excludeFromDateCategory: entity.excludeFromDateCategory,
  isDefault: entity.isDefault,
  createdAt: entity.createdAt,
  updatedAt: entity.updatedAt,
});

/** A person's presets. Each call names the owner: another's preset is as good as none. */
export class PresetRepository {
  constructor(private readonly database: Database) {}

  /** By title. */
  async list(userid: string, handler: ImageSourceName): Promise<Preset[]> {
    const found = await this.presets.find({ where: { userid, handler }, order: { title: 'ASC', id: 'ASC' } });
    return found.map(toPreset);
  }

  async find(id: number, userid: string): Promise<Preset | null> {
    const found = await this.presets.findOneBy({ id, userid });
    return found && toPreset(found);
  }

  /** A default one takes that from the person's other presets of its source. */
  create(userid: string, draft: PresetDraft): Promise<Preset> {
    return this.database.dataSource.transaction(async (manager) => {
      const presets = manager.getRepository(PresetEntity);
      const now = new Date();
      if (draft.isDefault) await presets.update({ userid, handler: draft.handler }, { isDefault: false });
      const { id } = await presets.save({ ...draft, userid, createdAt: now, updatedAt: now });
      return toPreset(await presets.findOneByOrFail({ id }));
    });
  }

  /** @returns null when this person has no such preset */
  replace(id: number, userid: string, draft: PresetDraft): Promise<Preset | null> {
    return this.database.dataSource.transaction(async (manager) => {
      const presets = manager.getRepository(PresetEntity);
      if (draft.isDefault) await presets.update({ userid, handler: draft.handler }, { isDefault: false });
      const { affected } = await presets.update({ id, userid }, { ...draft, updatedAt: new Date() });
      return affected === 1 ? toPreset(await presets.findOneByOrFail({ id })) : null;
    });
  }

  /** @returns false when this person has no such preset */
  async delete(id: number, userid: string): Promise<boolean> {
    const { affected } = await this.presets.delete({ id, userid });
    return affected === 1;
  }

  private get presets(): Repository<PresetEntity> {
    return this.database.dataSource.getRepository(PresetEntity);
  }
}
