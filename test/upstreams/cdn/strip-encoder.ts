import { STRIP_ROWS } from './photo-size.js';

// Looked up once: in the sandbox of a test runner each access to a global costs more than the arithmetic.
const { abs, clz32, round } = Math;

// The tables of ITU T.81, annex K.
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA = [17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, 99];
const chromaAt = (index: number): number =>
  index % 8 < 4 && index < 32 ? (CHROMA[Math.floor(index / 8) * 4 + (index % 8)] ?? 99) : 99;

const DC_COUNTS = [
  [0, 1, 5, 1, 1, 1, 1, 1, 1],
  [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1],
];
const DC_VALUES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const AC_COUNTS = [
  [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
  [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
];
const AC_VALUES = [
  '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  '0001020311040521310612415107617113223281081442 91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa'.replace(
    ' ',
    '',
  ),
].map((hex) => [...Buffer.from(hex, 'hex')]);

interface HuffmanTable {
  counts: number[];
  values: number[];
  codes: Int32Array;
  lengths: Uint8Array;
}

function huffman(counts: readonly number[], values: number[]): HuffmanTable {
  const table = {
    counts: Array.from({ length: 16 }, (_, index) => counts[index] ?? 0),
    values,
    codes: new Int32Array(256),
    lengths: new Uint8Array(256),
  };
  let code = 0;
  let next = 0;
  for (const [index, count] of table.counts.entries()) {
    for (let n = 0; n < count; n += 1) {
      const value = values[next] ?? 0;
      table.codes[value] = code;
      table.lengths[value] = index + 1;
      code += 1;
      next += 1;
    }
    code <<= 1;
  }
  return table;
}

const DC = DC_COUNTS.map((counts) => huffman(counts, DC_VALUES));
const AC = AC_COUNTS.map((counts, index) => huffman(counts, AC_VALUES[index] ?? []));

const COSINES = Float64Array.from({ length: 64 }, (_, index) => {
  const frequency = index >> 3;
  return (
    Math.cos(((2 * (index & 7) + 1) * frequency * Math.PI) / 16) * (frequency === 0 ? Math.SQRT1_2 : 1) * 0.5
  );
});

const segment = (marker: number, body: readonly number[]): Buffer => {
  const length = body.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...body]);
};

/** A baseline JPEG encoder (ITU T.81) for strips of eight rows, each a restart interval of its own. */
export class StripEncoder {
  private readonly quantizers: readonly [Float64Array, Float64Array];
  private readonly tables: readonly [number[], number[]];
  private readonly block = new Float64Array(64);
  private readonly half = new Float64Array(64);
  private readonly coefficients = new Int32Array(64);
  private out: Buffer;
  private at = 0;
  private bits = 0;
  private bitCount = 0;

  /** @param quality 1 to 100, as libjpeg counts it */
  constructor(
    private readonly width: number,
    quality: number,
  ) {
    const scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
    const scaled = (base: number): number =>
      Math.max(1, Math.min(255, Math.floor((base * scale + 50) / 100)));
    this.tables = [LUMA.map(scaled), Array.from({ length: 64 }, (_, index) => scaled(chromaAt(index)))];
    this.quantizers = [
      Float64Array.from(this.tables[0], (step) => 1 / step),
      Float64Array.from(this.tables[1], (step) => 1 / step),
    ];
    this.out = Buffer.alloc(width * STRIP_ROWS * 6);
  }

  /** Everything between the start of the image and its first strip. */
  headers(height: number): Buffer {
    const { width } = this;
    const inZigzag = (table: readonly number[]): number[] => ZIGZAG.map((index) => table[index] ?? 1);
    const tree = (kind: number, { counts, values }: HuffmanTable): number[] => [kind, ...counts, ...values];
    const [dcLuma, dcChroma] = DC;
    const [acLuma, acChroma] = AC;
    if (dcLuma === undefined || dcChroma === undefined || acLuma === undefined || acChroma === undefined)
      throw new Error('a table is missing');
    return Buffer.concat([
      segment(0xdb, [0, ...inZigzag(this.tables[0]), 1, ...inZigzag(this.tables[1])]),
      segment(0xc0, [
        8,
        height >> 8,
        height & 255,
        width >> 8,
        width & 255,
        3,
        1,
        0x11,
        0,
        2,
        0x11,
        1,
        3,
        0x11,
        1,
      ]),
      segment(0xc4, [
        ...tree(0, dcLuma),
        ...tree(0x10, acLuma),
        ...tree(1, dcChroma),
        ...tree(0x11, acChroma),
      ]),
      segment(0xdd, [(width / 8) >> 8, (width / 8) & 255]),
      segment(0xda, [3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]),
    ]);
  }

  /** The entropy-coded data of one strip. @param pixels eight rows of YCbCr, three bytes a pixel */
  encode(pixels: Uint8Array): Buffer {
    this.at = 0;
    const last = [0, 0, 0];
    for (let x = 0; x < this.width; x += 8) {
      for (let channel = 0; channel < 3; channel += 1) {
        last[channel] = this.encodeBlock(pixels, x, channel, last[channel] ?? 0);
      }
    }
    if (this.bitCount > 0) this.write((1 << (8 - this.bitCount)) - 1, 8 - this.bitCount);
    return Buffer.from(this.out.subarray(0, this.at));
  }

  private encodeBlock(pixels: Uint8Array, x: number, channel: number, lastDc: number): number {
    const kind = channel === 0 ? 0 : 1;
    for (let row = 0; row < 8; row += 1) {
      for (let column = 0; column < 8; column += 1) {
        this.block[row * 8 + column] = (pixels[(row * this.width + x + column) * 3 + channel] ?? 0) - 128;
      }
    }
    this.transform(this.quantizers[kind]);
    return this.writeBlock(kind, lastDc);
  }

  /** Forward DCT and quantization, rows and columns one after the other. */
  private transform(quantizer: Float64Array): void {
    const { block, half, coefficients } = this;
    for (let row = 0; row < 64; row += 8) {
      for (let u = 0; u < 64; u += 8) {
        let sum = 0;
        for (let n = 0; n < 8; n += 1) sum += (block[row + n] as number) * (COSINES[u + n] as number);
        half[row + (u >> 3)] = sum;
      }
    }
    for (let column = 0; column < 8; column += 1) {
      for (let v = 0; v < 64; v += 8) {
        let sum = 0;
        for (let n = 0; n < 8; n += 1) sum += (half[n * 8 + column] as number) * (COSINES[v + n] as number);
        coefficients[v + column] = round(sum * (quantizer[v + column] as number));
      }
    }
  }

  private writeBlock(kind: 0 | 1, lastDc: number): number {
    const dc = this.coefficients[0] as number;
    const dcTable = DC[kind] as HuffmanTable;
    const acTable = AC[kind] as HuffmanTable;
    this.writeValue(dcTable, 0, dc - lastDc);
    let zeros = 0;
    for (let index = 1; index < 64; index += 1) {
      const value = this.coefficients[ZIGZAG[index] as number] as number;
      if (value === 0) {
        zeros += 1;
        continue;
      }
      for (; zeros > 15; zeros -= 16) this.writeCode(acTable, 0xf0);
      this.writeValue(acTable, zeros, value);
      zeros = 0;
    }
    if (zeros > 0) this.writeCode(acTable, 0);
    return dc;
  }

  private writeValue(table: HuffmanTable, zeros: number, value: number): void {
    const size = 32 - clz32(abs(value));
    this.writeCode(table, (zeros << 4) | size);
    if (size > 0) this.write(value < 0 ? value + (1 << size) - 1 : value, size);
  }

  private writeCode(table: HuffmanTable, symbol: number): void {
    this.write(table.codes[symbol] as number, table.lengths[symbol] as number);
  }

  private write(value: number, length: number): void {
    this.bits = (this.bits << length) | value;
    this.bitCount += length;
    while (this.bitCount >= 8) {
      this.bitCount -= 8;
      const byte = (this.bits >> this.bitCount) & 255;
      this.out[this.at++] = byte;
      if (byte === 255) this.out[this.at++] = 0;
    }
    this.bits &= (1 << this.bitCount) - 1;
  }
}
