const WIDTH = 28;
const MEBIBYTE = 1024 * 1024;
/** Without a terminal: one line for each tenth of the uploads, at most. */
const LINES = 10;

export interface Progress {
  done: number;
  running: number;
  total: number;
  /** Bytes of files that the wiki has received so far. */
  bytes: number;
}

/** Draws progress in place on a terminal, and as plain lines elsewhere. */
export class ProgressBar {
  private readonly started = performance.now();
  private lastTenth = -1;

  constructor(private readonly output: NodeJS.WriteStream = process.stdout) {}

  show(progress: Progress): void {
    const line = this.describe(progress);
    if (this.output.isTTY) {
      this.output.write(`\r\u001b[2K${line}`);
      return;
    }
    const tenth = Math.floor((progress.done / progress.total) * LINES);
    if (tenth === this.lastTenth) return;
    this.lastTenth = tenth;
    this.output.write(`${line}\n`);
  }

  /** Leaves the line as it is. */
  end(): void {
    if (this.output.isTTY) this.output.write('\n');
  }

  private describe({ done, running, total, bytes }: Progress): string {
    const seconds = Math.max((performance.now() - this.started) / 1000, 0.001);
    const filled = Math.round((done / total) * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const megabytes = bytes / MEBIBYTE;
    const rate = `${(megabytes / seconds).toFixed(1)} MiB/s, ${(done / seconds).toFixed(1)} files/s`;
    return `${bar} ${done}/${total} uploads (${running} running) · ${megabytes.toFixed(1)} MiB · ${rate} · ${Math.round(seconds)} s`;
  }
}
