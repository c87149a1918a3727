import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppName, AppProcess } from '../support/app-process.js';
import type { Stack } from '../support/stack.js';

/** Between two tries to start a process that ends at once, as a supervisor does it. */
const START_AGAIN_MS = 500;

/** Keeps so many processes of api and worker running, whatever happens to them. */
export class Processes {
  /** How many ended although nobody killed them. */
  endedThemselves = 0;
  private readonly all: AppProcess[] = [];
  private isStopping = false;

  constructor(private readonly stack: Stack) {
    for (const app of [...stack.apis, ...stack.workers]) this.watch(app);
  }

  running(name: AppName): AppProcess[] {
    return (name === 'api' ? this.stack.apis : this.stack.workers).filter((app) => app.isRunning);
  }

  /** Every line that any of them has logged, oldest process first. */
  get logs(): string[] {
    return this.all.flatMap((app) => app.logs);
  }

  /** SIGKILL; another takes its place at once. */
  async kill(app: AppProcess): Promise<void> {
    this.forget(app);
    await app.kill();
    await this.start(app.name);
  }

  /** Nothing is started again from now on. */
  stop(): void {
    this.isStopping = true;
  }

  /** One file a process. */
  async saveLogs(folder: string): Promise<void> {
    await Promise.all(
      this.all.map((app, index) =>
        writeFile(path.join(folder, `${index}-${app.name}-${app.pid}.log`), `${app.logs.join('\n')}\n`),
      ),
    );
  }

  private async start(name: AppName): Promise<void> {
    while (!this.isStopping) {
      try {
        this.watch(await (name === 'api' ? this.stack.startApi() : this.stack.startWorker()));
        return;
      } catch {
        // Its database or Redis is away: that is what supervisors try again for.
        await delay(START_AGAIN_MS);
      }
    }
  }

  private watch(app: AppProcess): void {
    this.all.push(app);
    void app.end().then(async () => {
      if (this.isStopping || !this.forget(app)) return;
      this.endedThemselves += 1;
      console.log(`${app.name} ${app.pid} ended by itself: ${app.logs.slice(-3).join('\n')}`);
      await this.start(app.name);
    });
  }

  /** @returns whether it was among those that should run */
  private forget(app: AppProcess): boolean {
    const list = app.name === 'api' ? this.stack.apis : this.stack.workers;
    const index = list.indexOf(app);
    if (index >= 0) list.splice(index, 1);
    return index >= 0;
  }
}
