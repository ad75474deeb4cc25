import { deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { boundsOf, colorAt, contrastOn, ink, paint } from '../testing/pixels.ts';
import { noise, pngOf, RED_JPEG } from '../testing/sample-pictures.ts';
import { paintCover } from './cover.ts';
import { fitPicture } from './fit-picture.ts';
import { TEXT_COLOR, type Color } from './palette.ts';

const [RED, GREEN, WHITE] = [
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 255],
] as const satisfies Color[];
/** The size that a PNG says it has, whatever it holds. */
function pngSaying(width: number, height: number): Buffer<ArrayBuffer> {
  const png = pngOf(2, 2, () => RED);
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  return png;
}

/** Two by two pixels, with this in place of their data. */
function pngWith(data: Buffer): Buffer<ArrayBuffer> {
  const body = deflateSync(data);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const head = pngSaying(2, 2).subarray(0, 33);
  return Buffer.concat([head, length, Buffer.from('IDAT'), body, Buffer.alloc(4)]);
}

test('a picture fills the cover; what sticks out is cut off on both sides alike', async () => {
  // Twice as high as wide: of 600×1200 the middle 600×315 remains, lines 442 to 758.
  const tall = pngOf(600, 1200, (_x, y) => (y < 440 || y >= 760 ? GREEN : RED));
  const image = await paint('', await fitPicture(tall));
  expect([image.width, image.height]).toEqual([1200, 630]);
  for (const [x, y] of [
    [0, 0],
    [1199, 0],
    [600, 315],
    [0, 629],
    [1199, 629],
  ] as const)
    expect(colorAt(image, x, y)).toEqual(RED);
});

test('a JPEG is decoded, too, and what is transparent is black', async () => {
  const [red, green, blue] = colorAt(await paint('', await fitPicture(RED_JPEG)), 600, 315);
  expect(Math.abs(red - 204) + Math.abs(green - 51) + Math.abs(blue - 51)).toBeLessThan(9);
  const glass = new PNG({ width: 2, height: 1 });
  glass.data.set([255, 0, 0, 255], 4);
  const image = await paint('', await fitPicture(Buffer.from(PNG.sync.write(glass))));
  expect([colorAt(image, 0, 315), colorAt(image, 1199, 315)]).toEqual([[0, 0, 0], RED]);
});

describe('is not shown, and not decoded:', () => {
  test.each([
    ['a PNG of 65,535×65,535 pixels', pngSaying(65_535, 65_535), /65535×65535 pixels, more than/],
    ['a PNG of one line without end', pngSaying(0x7fff_ffff, 1), /pixels, more than/],
    ['a PNG of 4 pixels with 40 MiB of data', pngWith(Buffer.alloc(40 * 1024 * 1024)), /more data than it has pixels/],
    ['a JPEG of a thousand scans', Buffer.concat(Array.from({ length: 1000 }, () => RED_JPEG)), /more data than/],
    ['WebP', Buffer.from('RIFF\0\0\0\0WEBPVP8 '), /neither PNG nor JPEG/],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /neither PNG nor JPEG/],
    ['GIF', Buffer.from('GIF89a\u0001\0\u0001\0'), /neither PNG nor JPEG/],
    ['nothing', Buffer.alloc(0), /neither PNG nor JPEG/],
    ['a JPEG that ends within its header', RED_JPEG.subarray(0, 76), /neither PNG nor JPEG/],
    ['a PNG of no pixels', pngSaying(0, 0), /more data than it has pixels/],
    ['a PNG that says another size than it has', pngSaying(2000, 2000), /cannot be read/],
    ['a PNG whose end is missing', noise(99, 99).subarray(0, 500), /cannot be read/],
  ])('%s', async (_what, bytes, message) => {
    await expect(fitPicture(bytes)).rejects.toThrow(message);
  });
});

const white = pngOf(2, 1, () => WHITE);
/** Where the panel of the title is: what it changes of a white picture. */
async function panelOf(title: string) {
  const behind = await fitPicture(white);
  return boundsOf(ink(await paint(title, behind, true), await paint('', behind)));
}

test.each([
  ['the lightest picture', () => white],
  ['the most unquiet picture', () => noise(1200, 630)],
])('on %s the title can be read: white on a dark panel at the bottom of the frame', async (_what, make) => {
  const image = await paint('Harbours and tides', await fitPicture(make()), true);
  const { left, right, top, bottom } = await panelOf('Harbours and tides');
  expect([left >= 56, right <= 1144, top > 250, bottom <= 574]).toEqual([true, true, true, true]);
  const around: number[] = [];
  let letters = 0;
  // Without its round corners.
  for (let y = top + 24; y < bottom - 24; y++) {
    for (let x = left + 24; x < right - 24; x++) {
      const color = colorAt(image, x, y);
      if (color.join() === TEXT_COLOR.join()) letters += 1;
      // What is lighter is the edge of a letter, or one of few dots that stand for a mixture.
      else around.push(contrastOn(color));
    }
  }
  expect(letters).toBeGreaterThan(2000);
  expect(around.filter((contrast) => contrast >= 4.5).length / around.length).toBeGreaterThan(0.9);
});

test('however unquiet it is, it fits into an artifact, and looks like what it was', async () => {
  const soft = pngOf(1200, 630, (x, y) => [x / 4.8, y / 2.6, (x * 7 + y * 13) % 64]);
  for (const [picture, isSoft] of [
    [noise(1200, 630), false],
    [soft, true],
  ] as const) {
    const bytes = await paintCover({ text: '', behind: await fitPicture(picture), panel: false });
    expect(Math.ceil(bytes.length / 3) * 4).toBeLessThan(1024 * 1024 - 8 * 1024);
    if (!isSoft) continue;
    const [made, meant] = [PNG.sync.read(Buffer.from(bytes)), PNG.sync.read(picture)];
    // Over 8×8 pixels, as an eye takes them together.
    for (let y = 0; y < 624; y += 48) {
      for (let x = 0; x < 1200; x += 48) {
        for (const channel of [0, 1, 2] as const) {
          const mean = (image: PNG): number => {
            let sum = 0;
            for (let at = 0; at < 64; at++) sum += colorAt(image, x + (at % 8), y + (at >> 3))[channel];
            return sum / 64;
          };
          expect(Math.abs(mean(made) - mean(meant))).toBeLessThan(12);
        }
      }
    }
  }
});
