import { STRIP_ROWS } from './photo-size.js';

// Looked up once: in the sandbox of a test runner each access to a global costs more than the arithmetic.
const { abs, floor, max, min, round, sin, sqrt } = Math;

/** Rows of the scene: sky down to the horizon, houses, street. */
export const SKY_ROWS = 1280;
export const HOUSE_ROWS = 416;
export const STREET_ROWS = 1280;

/** Reproducible noise, 0 to 1. See https://en.wikipedia.org/wiki/Xorshift */
export function noise(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

type Colour = readonly [red: number, green: number, blue: number];

const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

function sky(x: number, y: number): Colour {
  const share = y / SKY_ROWS;
  const cloud = sin(x * 3.1 + share * 5) + sin(x * 7.7 - share * 9) + sin(x * 1.3 + share * 17);
  return mix(mix([74, 122, 190], [188, 212, 232], share), [238, 240, 242], max(0, cloud - 1) * 0.5);
}

function house(x: number, y: number): Colour {
  const which = floor(x * 9);
  const roof = ((which * 37) % 11) / 11;
  if (y / HOUSE_ROWS < roof * 0.45) return sky(x, SKY_ROWS);
  const isWindow = (x * 9 * 6) % 1 > 0.55 && ((y / HOUSE_ROWS) * 8) % 1 > 0.45;
  return isWindow
    ? [52, 60, 72]
    : [120 + ((which * 53) % 90), 104 + ((which * 29) % 70), 92 + ((which * 17) % 60)];
}

function street(x: number, y: number): Colour {
  const depth = y / STREET_ROWS;
  const side = abs(x - 0.5) / (0.12 + depth * 0.75);
  if (side > 0.62) return [104, 122, 82];
  if (side > 0.5) return [168, 164, 158];
  const isLine = side < 0.018 && (sqrt(depth) * 14) % 1 > 0.5;
  return isLine ? [226, 226, 220] : [92, 92, 96];
}

const PARTS = [
  { rows: SKY_ROWS, colour: sky },
  { rows: HOUSE_ROWS, colour: house },
  { rows: STREET_ROWS, colour: street },
] as const;

export type ScenePart = 0 | 1 | 2;

/** Eight rows of one part of the scene as YCbCr (three bytes a pixel) with the grain of a small sensor. */
export function paintStrip(part: ScenePart, strip: number, width: number): Buffer {
  const { colour } = PARTS[part];
  const pixels = Buffer.alloc(width * STRIP_ROWS * 3);
  const random = noise((part + 1) * 100_003 + strip * 7_919);
  for (let row = 0; row < STRIP_ROWS; row += 1) {
    for (let x = 0; x < width; x += 1) {
      putColour(
        pixels,
        (row * width + x) * 3,
        colour(x / width, strip * STRIP_ROWS + row),
        (random() - 0.5) * GRAIN,
      );
    }
  }
  return pixels;
}

/** The JFIF conversion; grain is brightness only. */
function putColour(pixels: Buffer, at: number, [red, green, blue]: Colour, grain: number): void {
  pixels[at] = clamp(0.299 * red + 0.587 * green + 0.114 * blue + grain);
  pixels[at + 1] = clamp(128 - 0.168736 * red - 0.331264 * green + 0.5 * blue);
  pixels[at + 2] = clamp(128 + 0.5 * red - 0.418688 * green - 0.081312 * blue);
}

const GRAIN = 52;
const clamp = (value: number): number => max(0, min(255, round(value)));

// Five columns of seven dots a digit, the lowest bit on top.
const DIGITS = [
  '3e4141413e',
  '00427f4000',
  '4261514946',
  '2141454b31',
  '1814127f10',
  '2745454539',
  '3c4a494930',
  '0171090503',
  '3649494936',
  '064949291e',
];

/** The bottom of a picture: its number in bright dots on a colour of its own. */
export function paintBanner(id: string, width: number): Buffer {
  const pixels = Buffer.alloc(width * BANNER_ROWS * 3);
  const random = noise(Number(BigInt(id) % 2_147_483_647n) + 1);
  const paper: Colour = [60 + random() * 120, 40 + random() * 90, 60 + random() * 120];
  for (let y = 0; y < BANNER_ROWS; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isInk = isDigitDot(id, floor(x / DOT) - 2, floor(y / DOT));
      putColour(pixels, (y * width + x) * 3, isInk ? INK : paper, (random() - 0.5) * GRAIN);
    }
  }
  return pixels;
}

const INK: Colour = [240, 240, 236];
const DOT = 4;
export const BANNER_ROWS = 32;

function isDigitDot(id: string, column: number, row: number): boolean {
  const digit = id[floor(column / 6)];
  if (column < 0 || digit === undefined || column % 6 === 5 || row > 6) return false;
  const bits = Number.parseInt(
    (DIGITS[Number(digit)] ?? '').slice((column % 6) * 2, (column % 6) * 2 + 2),
    16,
  );
  return ((bits >> row) & 1) === 1;
}
