import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import {
  ExportFileRepository,
  exportFileName,
  exportLockKey,
  ExportRows,
  finishExport,
  isAsGoodAsNew,
  RedisLocks,
  Storages,
  StorageUnreachableError,
  toSubject,
  type ExportFile,
  type ExportFileKey,
  type FileStorage,
  type HeldLock,
  type JobData,
} from '#app/persistence';
import { EXPORT_FORMAT_FACTS, TemporaryError } from '#app/protocol';
import type { JobHandler } from '../jobs/job-handler.js';
import type { JobRun } from '../jobs/job-run.js';
import { JobStopped } from '../jobs/job-stops.js';
import { WorkerConfig } from '../worker.config.js';
import { acquireLock } from './acquire-lock.js';
import { newPlan, readPlan, readRequest, type ExportPlan } from './export-plan.js';
import { openSource } from './row-source.js';
import { removeAbandonedSpools, Spool } from './spool.js';
import { writeRows } from './write-rows.js';

const HOUR_MS = 3_600_000;
const ABANDONED_AFTER_MS = 24 * HOUR_MS;
/** Whether the export is still wanted is looked up so often while its file is written. */
const BYTES_A_LOOK = 32 * 1024 * 1024;

/** One file that is to be there when the job ends. */
interface Task {
  run: JobRun;
  key: ExportFileKey;
  name: string;
  plan: ExportPlan;
  storage: FileStorage;
  lock: HeldLock;
}

/**
 * Writes the file of an export, unless it is there. All of it happens under the file's lock; rows are gathered beside the
 * storage first, so that another run can go on with them, and the storage shows the file only when it is whole.
 */
@Injectable()
export class ExportJob implements JobHandler {
  readonly kind = 'export';

  constructor(
    private readonly rows: ExportRows,
    private readonly files: ExportFileRepository,
    private readonly storages: Storages,
    private readonly locks: RedisLocks,
    private readonly config: WorkerConfig,
  ) {}

  async run(run: JobRun): Promise<JobData> {
    try {
      return await this.provide(run);
    } catch (error) {
      if (error instanceof StorageUnreachableError && error.isTemporary)
        throw new TemporaryError('storage', error.message, { cause: error });
      throw error;
    }
  }

  private async provide(run: JobRun): Promise<JobData> {
    const { job } = run;
    const request = readRequest(job);
    const subject = toSubject(request, job.userid);
    const storage = await this.storages.open(request.storageId);
    const plan = readPlan(job) ?? (await this.plan(subject));
    const { format, storageId } = request;
    const key = { subject, dataAt: new Date(plan.dataAt), format, storageId };
    const name = exportFileName(key);
    const lock = await acquireLock(this.locks, exportLockKey(storageId, name), this.lockTimes, run.signal);
    try {
      const task = { run, key, name, plan, storage, lock };
      const file = (await this.findGood(task)) ?? (await this.write(task));
      const { rows, size, readAt } = file.written;
      const { userid, id: jobId } = job;
      const expiresAt = this.lifeFromNow();
      const finished = { userid, jobId, request, subject, fileId: file.id, readAt, expiresAt };
      await run.checkpoint({ done: rows, total: rows }, (sql) => finishExport(sql, finished));
      // It is there still when a run before died after it had noted the file.
      await remove(plan.spool);
      return { file_id: file.id, rows, size };
    } finally {
      await lock.release();
    }
  }

  /** The moment of the data is looked up before any row: the file may hold newer rows than it says, never older ones. */
  private async plan(subject: ExportFileKey['subject']): Promise<ExportPlan> {
    const readAt = new Date();
    const dataAt = await this.rows.findDataAt(subject);
    return newPlan(dataAt, readAt, await this.rows.pin(subject));
  }

  /** The file as it was written for somebody before, with a new lease of life. */
  private async findGood({ run, key, name, storage }: Task): Promise<WrittenFile | null> {
    const known = await this.files.findByName(key.storageId, name);
    if (!isWritten(known) || !isAsGoodAsNew(known, run.job.createdAt)) return null;
    const stored = await storage.find(name);
    if (stored?.size !== known.written.size) return null;
    await this.files.reserve(key, this.lifeFromNow());
    return known;
  }

  private async write(task: Task): Promise<WrittenFile> {
    const { id } = await this.files.reserve(task.key, this.lifeFromNow());
    const directory = join(this.config.exportDir, '.spool');
    await removeAbandonedSpools(directory, new Date(Date.now() - ABANDONED_AFTER_MS));
    const older = task.plan.spool;
    const spool = await openSpool(directory, task);
    try {
      await task.run.checkpoint({ cursor: { ...task.plan } });
      // Not before: a run that follows goes on with what its job names.
      await remove(older);
      await writeRows(task.run, openSource(this.rows, task.key), spool, task.plan, task.lock.signal);
      const written = await this.store(task, spool);
      await this.files.complete(id, written, this.lifeFromNow());
      await spool.discard();
    } catch (error) {
      const isCancelled = error instanceof JobStopped && error.reason === 'cancel';
      await (isCancelled ? Promise.all([spool.discard(), remove(older)]) : spool.close());
      throw error;
    }
    const file = await this.files.find(id);
    if (!isWritten(file)) throw new Error(`The row of ${task.name} is gone`);
    return file;
  }

  private async store({ run, key, name, plan, storage, lock }: Task, spool: Spool) {
    const hash = createHash('sha256');
    async function* content(): AsyncGenerator<Buffer> {
      let sinceLook = 0;
      for await (const piece of spool.read()) {
        hash.update(piece);
        yield piece;
        sinceLook += piece.length;
        if (sinceLook < BYTES_A_LOOK) continue;
        sinceLook = 0;
        await run.checkpoint({});
      }
      await run.checkpoint({});
      if (!(await lock.confirm())) throw new TemporaryError('locked', 'The lock on the file was lost.');
    }
    const { size } = await storage.write(name, content(), {
      contentType: EXPORT_FORMAT_FACTS[key.format].contentType,
      signal: AbortSignal.any([run.signal, lock.signal]),
    });
    return { size, rows: plan.rows, sha256: hash.digest('hex'), readAt: new Date(plan.readAt) };
  }

  private get lockTimes(): { ttlMs: number; timeoutMs: number } {
    const { exportLockTtlSeconds, exportLockTimeoutSeconds } = this.config;
    return { ttlMs: exportLockTtlSeconds * 1_000, timeoutMs: exportLockTimeoutSeconds * 1_000 };
  }

  private lifeFromNow(): Date {
    return new Date(Date.now() + this.config.exportTtlHours * HOUR_MS);
  }
}

type WrittenFile = ExportFile & { written: NonNullable<ExportFile['written']> };

const isWritten = (file: ExportFile | null): file is WrittenFile => file !== null && file.written !== null;

/** What the run before has gathered, copied, or an empty one, with the plan set back to the start. */
async function openSpool(directory: string, { run, plan, lock }: Task): Promise<Spool> {
  const name = `${run.job.id}-${lock.fence}`;
  const copy = plan.spool && (await Spool.copyOf(directory, name, plan.spool));
  if (copy) {
    plan.spool = { path: copy.path, bytes: copy.bytes };
    return copy;
  }
  Object.assign(plan, { rows: 0, after: null, isRead: false, spool: null });
  return Spool.create(directory, name);
}

const remove = (spool: ExportPlan['spool']): Promise<void> | undefined =>
  spool ? rm(spool.path, { force: true }) : undefined;
