import { monotonicMs } from './clock.js';
import { FrameTexts } from './frame-texts.js';
import type { HostReport } from './host-commands.js';
import { changeKey } from './stamps.js';

const KEPT_ERRORS = 20;

/** What the clients of one process measure together. */
export class Measurements {
  readonly texts = new FrameTexts();
  private arrivals = new Map<string, number[]>();
  private connectMs: number[] = [];
  private settleMs: number[] = [];
  private frames = 0;
  private bytes = 0;
  private second = { number: 0, frames: 0 };
  private mostFramesASecond = 0;
  private closes: Record<string, number> = {};
  private refusals: Record<string, number> = {};
  private errors: string[] = [];
  private rudeFrames = 0;
  lastSettledAt = 0;

  noteFrame(bytes: number): void {
    this.frames += 1;
    this.bytes += bytes;
    const number = Math.floor(performance.now() / 1000);
    if (number !== this.second.number) this.second = { number, frames: 0 };
    this.second.frames += 1;
    this.mostFramesASecond = Math.max(this.mostFramesASecond, this.second.frames);
  }

  noteArrival(id: number, status: string, at: number): void {
    const key = changeKey(id, status);
    const known = this.arrivals.get(key);
    if (known === undefined) this.arrivals.set(key, [at]);
    else known.push(at);
  }

  noteOpen(since: number): void {
    this.connectMs.push(monotonicMs() - since);
  }

  noteSettled(since: number): void {
    this.lastSettledAt = monotonicMs();
    this.settleMs.push(this.lastSettledAt - since);
  }

  noteClose(code: number): void {
    this.closes[code] = (this.closes[code] ?? 0) + 1;
  }

  noteRefusal(why: string): void {
    this.refusals[why] = (this.refusals[why] ?? 0) + 1;
  }

  noteError(text: string): void {
    if (this.errors.length < KEPT_ERRORS) this.errors.push(text);
  }

  noteRudeFrame(): void {
    this.rudeFrames += 1;
  }

  /** And begins anew. */
  take(): Omit<HostReport, 'unanswered'> {
    const { frames, bytes, mostFramesASecond, closes, refusals, errors, rudeFrames } = this;
    const report = {
      arrivals: new Map([...this.arrivals].map(([key, at]) => [key, Float64Array.from(at)])),
      connectMs: Float64Array.from(this.connectMs),
      settleMs: Float64Array.from(this.settleMs),
      frames,
      bytes,
      mostFramesASecond,
      closes,
      refusals,
      errors,
      rudeFrames,
    };
    this.arrivals = new Map();
    this.connectMs = [];
    this.settleMs = [];
    this.frames = this.bytes = this.mostFramesASecond = this.rudeFrames = 0;
    this.second = { number: 0, frames: 0 };
    this.closes = {};
    this.refusals = {};
    this.errors = [];
    return report;
  }
}
