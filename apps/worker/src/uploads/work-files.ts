import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

const PREFIX = 'curator-worker-';

/** A folder of this process for the files that it uploads; what dead processes left in theirs is removed at start. */
@Injectable()
export class WorkFiles implements OnModuleInit, OnApplicationShutdown {
  private folder = '';
  private made = 0;

  async onModuleInit(): Promise<void> {
    await removeAbandonedWorkFiles(new Date());
    this.folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  }

  async onApplicationShutdown(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A path that no other run has. */
  nextPath(): string {
    this.made += 1;
    return join(this.folder, String(this.made));
  }
}

/** Removes the folders of processes that are not there any more. @param before only if nothing was added since @returns their names */
export async function removeAbandonedWorkFiles(before: Date, folder = tmpdir()): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : NaN;
    if (!(pid > 0) || isAlive(pid)) continue;
    const path = join(folder, name);
    const changedAt = await lastChange(path);
    if (changedAt === null || changedAt >= before) continue;
    await rm(path, { recursive: true, force: true });
    removed.push(name);
  }
  return removed;
}

/** Null: another process that starts at the same time has removed it. */
async function lastChange(path: string): Promise<Date | null> {
  try {
    return (await stat(path)).mtime;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
