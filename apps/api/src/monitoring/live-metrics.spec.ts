import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '#app/observability';
import { buildServerFrame } from '#app/protocol';
import { LiveMetrics } from './live-metrics.js';

describe('LiveMetrics', () => {
  let metrics: Metrics;
  let live: LiveMetrics;

  beforeEach(() => {
    metrics = new Metrics('api');
    live = new LiveMetrics(metrics);
  });

  const linesOf = async (start: string): Promise<string[]> =>
    (await metrics.render()).split('\n').filter((line) => line.startsWith(`curator_websocket_${start}`));

  it('counts frames by type, those of many sockets as well, and at every scrape all so far', async () => {
    const frame = Buffer.from(buildServerFrame({ type: 'UPLOADS_COMPLETE', data: 1 }));
    const error = buildServerFrame({ type: 'ERROR', data: 'ä' });
    for (let socket = 0; socket < 3; socket += 1) live.sent(frame);
    live.sent(error);
    live.sent(frame);
    const expected = [
      'curator_websocket_frames_sent_total{type="UPLOADS_COMPLETE"} 4',
      'curator_websocket_frames_sent_total{type="ERROR"} 1',
    ];
    expect(await linesOf('frames_sent_total')).toEqual(expected);
    expect(await linesOf('frames_sent_total')).toEqual(expected);
    const bytes = 4 * frame.length + Buffer.byteLength(error);
    expect(await linesOf('sent_bytes_total')).toEqual([`curator_websocket_sent_bytes_total ${bytes}`]);
    live.sent(error);
    expect(await linesOf('frames_sent_total{type="ERROR"}')).toEqual([
      'curator_websocket_frames_sent_total{type="ERROR"} 2',
    ]);
  });

  it('tells what cannot be read as one', async () => {
    for (const type of ['SAVE_PRESET', '', 'MADE_UP']) live.received(type);
    live.sent('{"kind":"odd"}');
    expect(await linesOf('frames')).toEqual([
      'curator_websocket_frames_received_total{type="SAVE_PRESET"} 1',
      'curator_websocket_frames_received_total{type="other"} 2',
      'curator_websocket_frames_sent_total{type="other"} 1',
    ]);
  });

  it('knows who is there, and how those went who are not', async () => {
    const [one, two] = [new EventEmitter(), new EventEmitter()];
    live.follow(one, { size: 2 });
    live.follow(two, { size: 5 });
    two.emit('close', 1013);
    expect(await linesOf('connections')).toEqual(['curator_websocket_connections 1']);
    expect(await linesOf('subscriptions')).toEqual(['curator_websocket_subscriptions 2']);
    expect(await linesOf('opened_total')).toEqual(['curator_websocket_opened_total 2']);
    expect(await linesOf('closed_total')).toEqual(['curator_websocket_closed_total{code="1013"} 1']);
  });
});
