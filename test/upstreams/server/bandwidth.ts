import { setTimeout as sleep } from 'node:timers/promises';

/** One direction of a line: whoever sends waits until the line is free again. */
export class Bandwidth {
  private freeAt = 0;

  /** @param bytesPerSecond null: as fast as possible */
  constructor(public bytesPerSecond: number | null = null) {}

  async take(bytes: number): Promise<void> {
    if (this.bytesPerSecond === null) return;
    const now = Date.now();
    this.freeAt = Math.max(this.freeAt, now) + (bytes * 1000) / this.bytesPerSecond;
    const wait = this.freeAt - now;
    if (wait >= 1) await sleep(wait);
  }

  /** Passes `source` on at this line's speed. */
  async *pace(source: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      if (this.bytesPerSecond === null) {
        onBytes(piece.length);
        yield piece;
        continue;
      }
      for (let start = 0; start < piece.length; start += PIECE) {
        const part = piece.subarray(start, start + PIECE);
        await this.take(part.length);
        onBytes(part.length);
        yield part;
      }
    }
  }
}

const PIECE = 64 * 1024;
