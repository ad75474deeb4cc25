import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import type { Color } from './palette.ts';
import { paletteKey, paletteOf } from './reduce-colors.ts';

const deflated = promisify(deflate);
const CHANNELS = [0, 1, 2] as const;
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Bits of a sample, and the colour type "palette" (PNG section 11.2.1). */
const [BIT_DEPTH, INDEXED] = [8, 3];

/** RGBA without transparency as a PNG of 256 colours: at most a byte for each pixel and 1% more, where photographs take up to three. */
export async function palettePng(rgba: Uint8Array, width: number, height: number): Promise<Buffer> {
  const palette = paletteOf(rgba);
  // Each line begins with its filter, "none" (PNG section 9.2): others help with true colours only.
  const lines = Buffer.alloc((width + 1) * height);
  dither(rgba, { palette, width }, (pixel, index) => {
    lines[pixel + Math.floor(pixel / width) + 1] = index;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BIT_DEPTH, INDEXED], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', await deflated(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Floyd and Steinberg 1976: what a pixel lacks of its colour goes to its neighbours, in sixteenths. */
function dither(
  rgba: Uint8Array,
  { palette, width }: { readonly palette: readonly Color[]; readonly width: number },
  put: (pixel: number, index: number) => void,
): void {
  const nearest = nearestIn(palette);
  // What pixels of this line and of the next have been given, with one more on each side, which nobody reads.
  let [here, below] = [new Float32Array((width + 2) * 3), new Float32Array((width + 2) * 3)];
  for (let pixel = 0; pixel < rgba.length / 4; pixel++) {
    const x = pixel % width;
    if (x === 0) [here, below] = [below, here.fill(0)];
    const at = (x + 1) * 3;
    const wanted = (channel: number): number =>
      Math.max(0, Math.min(255, (rgba[pixel * 4 + channel] ?? 0) + (here[at + channel] ?? 0)));
    const color: Color = [wanted(0), wanted(1), wanted(2)];
    const index = nearest(color);
    put(pixel, index);
    for (const channel of CHANNELS) {
      const lack = (color[channel] - (palette[index]?.[channel] ?? 0)) / 16;
      const place = at + channel;
      give(here, place + 3, 7 * lack);
      give(below, place - 3, 3 * lack);
      give(below, place, 5 * lack);
      give(below, place + 3, lack);
    }
  }
}

function give(line: Float32Array, place: number, value: number): void {
  line[place] = (line[place] ?? 0) + value;
}

/** Colours that are alike have the same neighbour, which is looked for once. */
function nearestIn(palette: readonly Color[]): (color: Color) => number {
  const known: number[] = [];
  return (color) => (known[paletteKey(color)] ??= nearestIndex(color, palette));
}

function nearestIndex([red, green, blue]: Color, palette: readonly Color[]): number {
  const distances = palette.map((other) => (red - other[0]) ** 2 + (green - other[1]) ** 2 + (blue - other[2]) ** 2);
  return distances.indexOf(Math.min(...distances));
}

/** Length, type, data, CRC of type and data (PNG section 5.3). */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}
