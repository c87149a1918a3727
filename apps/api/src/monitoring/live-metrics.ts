import { Metrics } from '#app/observability';
import { Injectable } from '@nestjs/common';
import type { FrameObserver } from '../live/frame-observer.js';

/** The start of what buildServerFrame makes. */
const TYPE = /^\{"type":"([A-Z_]+)"/;
const HEAD_BYTES = 64;

/** What is needed of a WebSocket. */
interface Closing {
  once(event: 'close', listener: (code: number) => void): unknown;
}

/** How many things somebody watches. */
interface Watching {
  readonly size: number;
}

type Counts = Map<string, number>;
const add = (counts: Counts, type: string): void => void counts.set(type, (counts.get(type) ?? 0) + 1);

/**
 * Counts WebSockets and their frames. A frame may go to thousands of sockets at once: what is counted of it is a sum here, and
 * becomes a metric when somebody asks.
 */
@Injectable()
export class LiveMetrics implements FrameObserver {
  private readonly open = new Set<Watching>();
  private readonly receivedTypes: Counts = new Map();
  private readonly sentTypes: Counts = new Map();
  private sentBytes = 0;
  /** The frame that was sent last, with its type: often the next socket gets the same. */
  private last: { frame: string | Buffer; type: string } = { frame: '', type: '' };

  constructor(private readonly metrics: Metrics) {
    metrics.beforeScrape({ group: 'websocket', gauges: [], collect: () => this.tell() });
  }

  /** A WebSocket was opened; it is followed to its end. */
  follow(socket: Closing, watching: Watching): void {
    this.open.add(watching);
    this.metrics.count('curator_websocket_opened_total', {});
    socket.once('close', (code) => {
      this.open.delete(watching);
      this.metrics.count('curator_websocket_closed_total', { code: String(code) });
    });
  }

  received(type: string): void {
    add(this.receivedTypes, type);
  }

  sent(frame: string | Buffer): void {
    if (frame !== this.last.frame) this.last = { frame, type: typeOf(frame) };
    add(this.sentTypes, this.last.type);
    this.sentBytes += typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length;
  }

  private tell(): void {
    const watched = [...this.open].reduce((sum, { size }) => sum + size, 0);
    this.metrics.set('curator_websocket_connections', {}, this.open.size);
    this.metrics.set('curator_websocket_subscriptions', {}, watched);
    for (const [type, count] of this.receivedTypes)
      this.metrics.count('curator_websocket_frames_received_total', { type }, count);
    for (const [type, count] of this.sentTypes)
      this.metrics.count('curator_websocket_frames_sent_total', { type }, count);
    this.metrics.count('curator_websocket_sent_bytes_total', {}, this.sentBytes);
    this.receivedTypes.clear();
    this.sentTypes.clear();
    this.sentBytes = 0;
  }
}

const typeOf = (frame: string | Buffer): string => {
  const head = typeof frame === 'string' ? frame : frame.toString('latin1', 0, HEAD_BYTES);
  return TYPE.exec(head)?.[1] ?? '';
};
