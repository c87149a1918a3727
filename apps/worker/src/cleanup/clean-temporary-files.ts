import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { FileStorage } from '#app/persistence';
import { removeAbandonedSpools } from '../exports/spool.js';
import { removeAbandonedWorkFiles } from '../uploads/work-files.js';
import { WorkerConfig } from '../worker.config.js';
import type { Cleaner, CleaningTurn } from './cleaning-turn.js';
import { ExportStorages } from './export-storages.js';

const HOUR_MS = 3_600_000;

const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * HOUR_MS);

/** Writes to storages that were begun and never ended. */
@Injectable()
export class CleanTemporaryFiles implements Cleaner {
  readonly what = 'unfinished files of exports';

  constructor(
    private readonly shared: ExportStorages,
    private readonly config: WorkerConfig,
  ) {}

  async clean(turn: CleaningTurn): Promise<void> {
    const storages = this.shared.open();
    for await (const id of this.shared.listIds()) {
      if (turn.isOver) return;
      await turn.attempt(`storage ${id ?? 'default'}`, () =>
        storages.use(id, async (storage) => {
          await this.cleanStorage(id, storage, turn);
          return false;
        }),
      );
    }
  }

  private async cleanStorage(id: number | null, storage: FileStorage, turn: CleaningTurn): Promise<void> {
    for await (const { name, of, modifiedAt } of storage.listTemporary()) {
      if (turn.isOver) return;
      const before = hoursAgo(this.config.temporaryFilesTtlHours);
      if (modifiedAt >= before) continue;
      await turn.attempt(`${id ?? 'default'}/${name}`, () =>
        this.shared.underLock(id, of, () => storage.removeTemporary(name, before)),
      );
    }
  }
}

/** Rows of exports that were gathered for jobs with which nobody has gone on. */
@Injectable()
export class CleanSpools implements Cleaner {
  readonly what = 'gathered rows of exports that nobody goes on with';

  constructor(private readonly config: WorkerConfig) {}

  async clean(turn: CleaningTurn): Promise<void> {
    const directory = join(this.config.exportDir, '.spool');
    const removed = await removeAbandonedSpools(directory, hoursAgo(this.config.temporaryFilesTtlHours));
    for (const name of removed) turn.note(1, name);
  }
}

/** Files that workers which died had downloaded. */
@Injectable()
export class CleanWorkFiles implements Cleaner {
  readonly what = 'downloaded files of processes that died';

  constructor(private readonly config: WorkerConfig) {}

  async clean(turn: CleaningTurn): Promise<void> {
    for (const name of await removeAbandonedWorkFiles(hoursAgo(this.config.workFilesTtlHours)))
      turn.note(1, name);
  }
}
