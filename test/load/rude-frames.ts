import type { Random } from '../chaos/random.js';

export interface RudeFrame {
  readonly data: string | Buffer;
  readonly isBinary?: boolean;
}

/** Each is answered with `ERROR`. */
const FRAMES: readonly RudeFrame[] = [
  { data: '' },
  { data: 'not JSON' },
  { data: '{"type":"SUBSCRIBE_BATCH","data":' },
  { data: '[]' },
  { data: 'null' },
  { data: '{"type":"NO_SUCH_MESSAGE"}' },
  { data: '{"type":"__proto__","data":1}' },
  { data: '{"type":"SUBSCRIBE_BATCH","data":"1 OR 1=1"}' },
  { data: '{"type":"SUBSCRIBE_BATCH","data":-1}' },
  { data: '{"type":"FETCH_BATCHES","data":{"limit":1e9}}' },
  { data: `{"type":"FETCH_BATCHES","data":${'['.repeat(5_000)}${']'.repeat(5_000)}}` },
  { data: `{"type":"${'x'.repeat(50_000)}"}` },
  { data: Buffer.from([0xff, 0xfe, 0x00, 0x80]), isBinary: true },
];

export const pickRudeFrame = (random: Random): RudeFrame => random.pick(FRAMES);
