import type { Frame } from '../support/check-frame.js';

const KEPT = 64;

/** Reads frames. The server sends the same text to everyone who watches the same: it is parsed once. */
export class FrameTexts {
  private readonly known = new Map<string, Frame>();

  parse(text: string): Frame {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const frame = JSON.parse(text) as Frame;
    this.known.set(text, frame);
    const oldest = this.known.size > KEPT ? this.known.keys().next() : null;
    if (oldest?.done === false) this.known.delete(oldest.value);
    return frame;
  }
}
