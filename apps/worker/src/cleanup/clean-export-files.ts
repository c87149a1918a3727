import { Injectable } from '@nestjs/common';
import { ExportFileRepository, type ExportFile } from '#app/persistence';
import type { Cleaner, CleaningTurn } from './cleaning-turn.js';
import { ExportStorages, type OpenStorages } from './export-storages.js';

const AT_ONCE = 200;

const nameOf = ({ storageId, name }: ExportFile): string => `${storageId ?? 'default'}/${name}`;

/** Exports that nobody has downloaded for their lifetime: first the file, then its row, so that no file is ever without one. */
@Injectable()
export class CleanExportFiles implements Cleaner {
  readonly what = 'exports past their lifetime';

  constructor(
    private readonly files: ExportFileRepository,
    private readonly shared: ExportStorages,
  ) {}

  async clean(turn: CleaningTurn): Promise<void> {
    const storages = this.shared.open();
    let after: ExportFile | undefined;
    do {
      const expired = await this.files.listExpired(new Date(), AT_ONCE, after);
      for (const file of expired) {
        if (turn.isOver) return;
        if (storages.isAway(file.storageId)) continue;
        await turn.attempt(nameOf(file), () => this.remove(file, storages));
      }
      after = expired.length === AT_ONCE ? expired.at(-1) : undefined;
    } while (after);
  }

  private remove({ id, storageId, name }: ExportFile, storages: OpenStorages): Promise<boolean> {
    return this.shared.underLock(storageId, name, async (lock) => {
      const now = new Date();
      const file = await this.files.find(id);
      // Somebody has downloaded it or asked for it again meanwhile.
      if (file === null || file.expiresAt > now || !(await lock.confirm())) return false;
      await storages.use(storageId, (storage) => storage.remove(name));
      return this.files.removeExpired(id, now);
    });
  }
}

/** Rows whose files are gone. Some are looked at in each turn, the next turn goes on with the next. */
@Injectable()
export class CleanExportRows implements Cleaner {
  readonly what = 'rows of exports without files';
  private lastId = 0;

  constructor(
    private readonly files: ExportFileRepository,
    private readonly shared: ExportStorages,
  ) {}

  async clean(turn: CleaningTurn): Promise<void> {
    const storages = this.shared.open();
    const written = await this.files.listWritten(this.lastId, AT_ONCE);
    for (const file of written) {
      if (turn.isOver) return;
      if (!storages.isAway(file.storageId))
        await turn.attempt(nameOf(file), () => this.remove(file, storages));
      this.lastId = file.id;
    }
    if (written.length < AT_ONCE) this.lastId = 0;
  }

  private async remove(file: ExportFile, storages: OpenStorages): Promise<boolean> {
    const { id, storageId, name } = file;
    const isThere = (): Promise<boolean> =>
      storages.use(storageId, async (storage) => (await storage.find(name)) !== null);
    if (await isThere()) return false;
    return this.shared.underLock(storageId, name, async (lock) => {
      const known = await this.files.find(id);
      if (known === null || known.written === null || (await isThere())) return false;
      return (await lock.confirm()) && this.files.remove(id);
    });
  }
}
