import { gzipSync, deflateSync, brotliCompressSync } from 'node:zlib';
import type { Random } from '../../chaos/random.js';
import { oddText } from './odd-values.js';

export interface OddForm {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const ROWS = 'handler,id,input,title,wikitext\r\nmapillary,12345,a-sequence,Street 12345.jpg,Some text\r\n';
const OBJECTS = [
  { handler: 'mapillary', id: '12345', input: 'a-sequence', title: 'Street 12345.jpg', wikitext: 'x' },
];

const TABLES: readonly ((random: Random) => Buffer)[] = [
  () => Buffer.from(ROWS),
  () => Buffer.from(JSON.stringify(OBJECTS)),
  () => Buffer.from(''),
  () => Buffer.from('\ufeff' + ROWS),
  () => Buffer.from(ROWS, 'utf16le'),
  () => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(ROWS, 'utf16le')]),
  () => Buffer.from(ROWS.replaceAll('e', 'é'), 'latin1'),
  () => Buffer.from(ROWS.replaceAll(',', ';')),
  () => Buffer.from(ROWS.replaceAll(',', '\t')),
  () => Buffer.from(ROWS.replace('Street', '"Street')),
  () => Buffer.from(ROWS.replace('Some text', `"${'x""\n'.repeat(20_000)}"`)),
  () => Buffer.from(ROWS + 'mapillary,1,a,b.jpg,c\n'.repeat(10_001)),
  () => Buffer.from(`${'handler,'.repeat(5_000)}id\n1`),
  () => Buffer.from(ROWS.replace('id', '__proto__')),
  () => Buffer.from(`[${'['.repeat(50_000)}`),
  () => Buffer.from('[{"__proto__":{"polluted":true},"id":"1"}]'),
  () => Buffer.from('{"rows":[]}'),
  () => Buffer.from('[1,null,"x",[]]'),
  () => gzipSync(ROWS),
  () => Buffer.from('504b0304140000000800', 'hex'),
  (random) => Buffer.from(Array.from({ length: 300 }, () => random.below(256))),
  (random) => Buffer.from(ROWS.replace('Some text', oddText(random))),
  (random) => Buffer.from(ROWS.replace('12345', oddText(random))),
];

const NAMES = [
  'rows.csv',
  'rows.json',
  'rows.CSV',
  'rows',
  'rows.xlsx',
  '../../etc/passwd.csv',
  '.csv',
  'a\\"b.csv',
  '%00.csv',
  'é.json',
];
const TYPES = [
  'text/csv',
  'application/json',
  'text/csv; charset=utf-16',
  'application/vnd.ms-excel',
  '',
  ';;;',
  'x'.repeat(9_000),
];

/** The head of a part, mostly right. */
function aHead(random: Random): string {
  const name = random.chance(0.85)
    ? 'file'
    : random.pick(['', 'other', '__proto__', 'file[]', 'x'.repeat(3_000)]);
  const disposition = random.weighted([
    { weight: 12, text: `form-data; name="${name}"; filename="${random.pick(NAMES)}"` },
    { weight: 1, text: `form-data; name="${name}"` },
    { weight: 1, text: `form-data; filename="rows.csv"` },
    { weight: 1, text: `form-data; name=${name}; filename*=UTF-8''%FF%00rows.csv` },
    { weight: 1, text: `form-data; name="${name}; filename="rows.csv` },
    { weight: 1, text: 'attachment' },
    { weight: 1, text: '' },
  ]).text;
  const more = random.weighted([
    { weight: 12, lines: [] },
    { weight: 1, lines: ['Content-Transfer-Encoding: base64'] },
    { weight: 1, lines: ['No colon in this line'] },
    { weight: 1, lines: [`X-Large: ${'x'.repeat(random.pick([1_000, 20_000, 200_000]))}`] },
    { weight: 1, lines: Array.from({ length: 3_000 }, (_, index) => `X-${index}: y`) },
    { weight: 1, lines: [`X: ${String.fromCharCode(0)}`] },
    { weight: 1, lines: ['Content-Disposition: form-data; name="twice"'] },
  ]).lines;
  return [`Content-Disposition: ${disposition}`, `Content-Type: ${random.pick(TYPES)}`, ...more].join('\r\n');
}

function aBody(random: Random, boundary: string): Buffer {
  const count = random.weighted([
    { weight: 12, parts: 1 },
    { weight: 1, parts: 0 },
    { weight: 2, parts: 2 },
    { weight: 0.2, parts: 500 },
  ]).parts;
  const parts = Array.from({ length: count }, () =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\n${aHead(random)}\r\n\r\n`),
      random.pick(TABLES)(random),
      Buffer.from('\r\n'),
    ]),
  );
  const end = random.weighted([
    { weight: 12, text: `--${boundary}--\r\n` },
    { weight: 1, text: '' },
    { weight: 1, text: `--${boundary}` },
    { weight: 1, text: `--${boundary}-` },
    { weight: 1, text: `--${boundary}--${'and more '.repeat(1_000)}` },
    { weight: 1, text: '--another--\r\n' },
  ]).text;
  const whole = Buffer.concat([
    Buffer.from(random.chance(0.05) ? 'a preamble\r\n' : ''),
    ...parts,
    Buffer.from(end),
  ]);
  const kind = random.below(20);
  if (kind === 0) return whole.subarray(0, random.below(whole.length + 1));
  if (kind === 1) return Buffer.from(whole.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  if (kind === 2) return Buffer.from(whole.toString('latin1').replaceAll('\r\n', '\r'), 'latin1');
  return whole;
}

const PACKED: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: (body) => gzipSync(body),
  deflate: (body) => deflateSync(body),
  br: (body) => brotliCompressSync(body),
  zip: (body) => body,
  identity: (body) => body,
};

/** A form with a file, or what somebody might take for one. */
export function anOddForm(random: Random): OddForm {
  const boundary = random.weighted([
    { weight: 12, text: '----a-form' },
    { weight: 1, text: '' },
    { weight: 1, text: 'x'.repeat(70) },
    { weight: 1, text: 'x'.repeat(5_000) },
    { weight: 1, text: '-' },
    { weight: 1, text: 'a b' },
  ]).text;
  const type = random.weighted([
    { weight: 16, text: `multipart/form-data; boundary=${boundary}` },
    { weight: 1, text: `multipart/form-data; boundary="${boundary}"` },
    { weight: 1, text: `MULTIPART/Form-Data; charset=utf-16; boundary=${boundary}` },
    { weight: 1, text: 'multipart/form-data' },
    { weight: 1, text: `multipart/mixed; boundary=${boundary}` },
    { weight: 1, text: 'application/x-www-form-urlencoded' },
    { weight: 1, text: 'text/csv' },
    { weight: 1, text: 'application/json' },
  ]).text;
  const body = aBody(random, boundary);
  const encoding = random.chance(0.85) ? null : random.pick(Object.keys(PACKED));
  const packed = encoding !== null && random.chance(0.7) ? (PACKED[encoding]?.(body) ?? body) : body;
  return {
    headers: { 'content-type': type, ...(encoding !== null && { 'content-encoding': encoding }) },
    body: new Uint8Array(packed),
  };
}
