import { Injectable } from '@nestjs/common';
import type { CategoryImport } from '#app/persistence';
import { isJobEnded, type ClientMessageOf } from '#app/protocol';
import { JobWatchers } from '../jobs/job-watchers.js';
import type { Connection } from '../live/connection.js';
import type { HandlersOf } from '../live/handlers.js';
import { Imports } from './imports.service.js';

/** Messages about imports. Everybody watches their own. */
@Injectable()
export class ImportMessages {
  readonly handlers: HandlersOf<'SUBSCRIBE_IMPORT'> = {
    SUBSCRIBE_IMPORT: (message, connection) => this.watch(message, connection),
  };

  constructor(
    private readonly imports: Imports,
    private readonly watchers: JobWatchers,
  ) {}

  /** The job behind it may be others' as well, and does not know that this person has cancelled: the import tells. */
  private async watch(
    { data: id }: ClientMessageOf<'SUBSCRIBE_IMPORT'>,
    connection: Connection,
  ): Promise<void> {
    const found = await this.imports.get(connection.person, id);
    if (found.jobId === null || isJobEnded(found.status)) {
      this.watchers.leave(connection, 'import');
      return tell(connection, found);
    }
    await this.watchers.watch(connection, 'import', found.jobId, async () => {
      tell(connection, await this.imports.get(connection.person, id));
    });
  }
}

function tell(connection: Connection, { id, status, files, total, error }: CategoryImport): void {
  connection.send({
    type: 'IMPORT_PROGRESS',
    data: {
      job_id: id,
      status,
      done: files,
      ...(total !== null && { total }),
      ...(error !== null && { error: { error_code: error.code, error_msg: error.message } }),
    },
  });
}
