export interface ExifData {
  make: string;
  model: string;
  takenAt: Date;
  latitude: number;
  longitude: number;
}

type Entry = [tag: number, type: 2 | 3 | 4 | 5, value: Buffer, count: number];

const ascii = (tag: number, text: string): Entry => {
  const value = Buffer.from(`${text}\0`, 'latin1');
  return [tag, 2, value, value.length];
};
const long = (tag: number, value: number): Entry => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return [tag, 4, buffer, 1];
};
const rationals = (tag: number, ...pairs: [number, number][]): Entry => {
  const buffer = Buffer.alloc(pairs.length * 8);
  for (const [index, [top, bottom]] of pairs.entries()) {
    buffer.writeUInt32LE(top, index * 8);
    buffer.writeUInt32LE(bottom, index * 8 + 4);
  }
  return [tag, 5, buffer, pairs.length];
};

const degrees = (value: number): [number, number][] => {
  const seconds = Math.abs(value) * 3600;
  return [
    [Math.floor(seconds / 3600), 1],
    [Math.floor((seconds % 3600) / 60), 1],
    [Math.round((seconds % 60) * 10_000), 10_000],
  ];
};

/** A directory of tags that begins at `offset`, with what does not fit into its entries behind it. */
function directory(entries: Entry[], offset: number): Buffer {
  const head = Buffer.alloc(2 + entries.length * 12 + 4);
  head.writeUInt16LE(entries.length);
  const values: Buffer[] = [];
  let next = offset + head.length;
  for (const [index, [tag, type, value, count]] of entries.sort((a, b) => a[0] - b[0]).entries()) {
    const at = 2 + index * 12;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    if (value.length <= 4) {
      value.copy(head, at + 8);
    } else {
      head.writeUInt32LE(next, at + 8);
      values.push(value);
      next += value.length;
    }
  }
  return Buffer.concat([head, ...values]);
}

const HEADER = Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]);

/** An APP1 segment with camera, time and place. See https://www.cipa.jp/std/documents/download_e.html?CIPA_DC-008-2023-E */
export function exifSegment({ make, model, takenAt, latitude, longitude }: ExifData): Buffer {
  const time = takenAt.toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
  const place = [
    ascii(1, latitude < 0 ? 'S' : 'N'),
    rationals(2, ...degrees(latitude)),
    ascii(3, longitude < 0 ? 'W' : 'E'),
    rationals(4, ...degrees(longitude)),
  ];
  const main = (exifAt: number, placeAt: number): Buffer =>
    directory(
      [
        ascii(0x010f, make),
        ascii(0x0110, model),
        ascii(0x0132, time),
        long(0x8769, exifAt),
        long(0x8825, placeAt),
      ],
      8,
    );
  const exifAt = 8 + main(0, 0).length;
  const exif = directory([ascii(0x9003, time), ascii(0x9004, time)], exifAt);
  const placeAt = exifAt + exif.length;
  const body = Buffer.concat([
    Buffer.from('Exif\0\0'),
    HEADER,
    main(exifAt, placeAt),
    exif,
    directory(place, placeAt),
  ]);
  const start = Buffer.from([0xff, 0xe1, 0, 0]);
  start.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([start, body]);
}
