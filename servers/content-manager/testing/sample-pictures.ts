import { PNG } from 'pngjs';
import type { Color } from '../images/palette.ts';

/** A PNG whose pixels are these. */
export function pngOf(width: number, height: number, color: (x: number, y: number) => Color): Buffer<ArrayBuffer> {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) png.data.set([...color(x, y), 255], (y * width + x) * 4);
  return Buffer.from(PNG.sync.write(png));
}

/** Each pixel its own colour, as in no picture: nothing is harder to make small. */
export function noise(width: number, height: number): Buffer<ArrayBuffer> {
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24;
  return pngOf(width, height, () => [next(), next(), next()]);
}

/** 8×8 pixels of rgb(204, 51, 51), a baseline JPEG. */
export const RED_JPEG = Buffer.from(
  '/9j/2wBDAAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAj/wAARCAAIAAgDAREAAhEAAxEA/8QAHAAAAAAJAAAAAAAAAAAAAAAAAAECAwQFBgcI/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACAAMAAD8AUBSnmP/Z',
  'base64',
);
