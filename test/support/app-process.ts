import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The repository: npm runs every script there. */
const ROOT = process.cwd();
const READY_WITHIN_MS = 60_000;
const GRACE_MS = 20_000;
const LISTENING = /(?:listening|health) on (https?:\/\/[^\s"]+)/;

export type AppName = 'api' | 'worker';
export type Environment = Readonly<Record<string, string>>;

/** The api or the worker as a process of its own, from dist/. */
export class AppProcess {
  /** All lines of both outputs, oldest first. */
  readonly logs: string[] = [];
  private readonly ended: Promise<unknown>;
  private address: string | null = null;

  private constructor(
    readonly name: AppName,
    private readonly child: ChildProcess,
  ) {
    this.ended = once(child, 'exit');
  }

  /**
   * Starts it with exactly this environment (and PATH and TMPDIR) and resolves when it listens.
   * @throws Error with the last lines of its log
   */
  static async start(name: AppName, environment: Environment): Promise<AppProcess> {
    const child = spawn(
      process.execPath,
      [
        '--enable-source-maps',
        '--import',
        path.join(ROOT, 'test/support/follow-parent.mjs'),
        path.join(ROOT, `dist/apps/${name}/src/main.js`),
      ],
      {
        env: { PATH: process.env['PATH'] ?? '', TMPDIR: tmpdir(), ...environment },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    const app = new AppProcess(name, child);
    const ready = new Promise<void>((resolve) => {
      for (const output of [child.stdout, child.stderr] as Readable[])
        createInterface({ input: output }).on('line', (line) => {
          app.logs.push(line);
          app.address ??= LISTENING.exec(line)?.[1] ?? null;
          if (app.address !== null) resolve();
        });
    });
    await app.waitFor(ready);
    return app;
  }

  /** Where it listens, without a slash at the end. */
  get url(): string {
    if (this.address === null) throw new Error(`The ${this.name} does not listen yet`);
    return this.address.replace(/\/$/, '');
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Resolves when it has ended, however that came. */
  async end(): Promise<void> {
    await this.ended;
  }

  /** SIGTERM, and SIGKILL for one that does not follow within 20 s. Resolves at its end. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** SIGKILL: what a crash is to the others. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Stops it in its tracks (SIGSTOP), as a paused virtual machine is; `resume` lets it go on. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** Bytes of memory it holds now (VmRSS), and the most it ever held (VmHWM). Linux only. */
  async memory(): Promise<{ now: number; peak: number }> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    const bytes = (field: string): number => {
      const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
      if (kibibytes === undefined) throw new Error(`/proc/${this.pid}/status has no ${field}`);
      return Number(kibibytes) * 1024;
    };
    return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
  }

  private async waitFor(ready: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`was not ready within ${READY_WITHIN_MS / 1000} s`), READY_WITHIN_MS);
    });
    const failed = new Promise<string>((resolve) => {
      this.child.once('close', (code, signal) =>
        resolve(`ended with ${signal ?? `code ${code}`} before it was ready`),
      );
      this.child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    });
    const problem = await Promise.race([ready, late, failed]);
    clearTimeout(timer);
    if (typeof problem !== 'string') return;
    await this.kill();
    throw new Error(`The ${this.name} ${problem}:\n${this.logs.slice(-30).join('\n')}`);
  }
}
