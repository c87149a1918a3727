import { Metrics } from '#app/observability';
import { Injectable } from '@nestjs/common';
import type { WebSocket } from 'ws';
import type { FrameObserver } from '../live/frame-observer.js';

/** The start of what buildServerFrame makes. */
const TYPE = /^\{"type":"([A-Z_]+)"/;
const HEAD_BYTES = 64;

/** How many things somebody watches. */
interface Watching {
  readonly size: number;
}

/** Counts WebSockets and their frames. */
@Injectable()
export class LiveMetrics implements FrameObserver {
  private readonly open = new Set<Watching>();

  constructor(private readonly metrics: Metrics) {
    metrics.beforeScrape({
      group: 'websocket',
      gauges: [],
      collect: () => {
        const watched = [...this.open].reduce((sum, { size }) => sum + size, 0);
        metrics.set('curator_websocket_connections', {}, this.open.size);
        metrics.set('curator_websocket_subscriptions', {}, watched);
      },
    });
  }

  /** A WebSocket was opened; it is followed to its end. */
  follow(socket: WebSocket, watching: Watching): void {
    this.open.add(watching);
    this.metrics.count('curator_websocket_opened_total', {});
    socket.once('close', (code) => {
      this.open.delete(watching);
      this.metrics.count('curator_websocket_closed_total', { code: String(code) });
    });
  }

  received(type: string): void {
    this.metrics.count('curator_websocket_frames_received_total', { type });
  }

  sent(frame: string | Buffer): void {
    const head = typeof frame === 'string' ? frame : frame.toString('latin1', 0, HEAD_BYTES);
    const bytes = typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length;
    this.metrics.count('curator_websocket_frames_sent_total', { type: TYPE.exec(head)?.[1] ?? '' });
    this.metrics.count('curator_websocket_sent_bytes_total', {}, bytes);
  }
}
