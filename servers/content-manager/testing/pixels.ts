import { PNG } from 'pngjs';
import { background } from '../images/background.ts';
import { paintCover } from '../images/cover.ts';
import { luminance, PALETTES, TEXT_COLOR, type Color } from '../images/palette.ts';
import { randomOf } from '../images/random.ts';

export const generated = (colors: readonly string[] = PALETTES.ocean, seed = 's'): string =>
  background(colors, randomOf(seed));

export const colorAt = ({ data, width }: PNG, x: number, y: number): Color => {
  const at = (y * width + x) * 4;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
};

export const paint = async (text: string, behind = generated(), panel = false): Promise<PNG> =>
  PNG.sync.read(Buffer.from(await paintCover({ text, behind, panel })));

/** Contrast of white letters on this colour (WCAG 2.2). */
export const contrastOn = (color: Color): number => (luminance(TEXT_COLOR) + 0.05) / (luminance(color) + 0.05);

export interface Ink {
  readonly x: number;
  readonly y: number;
  readonly before: Color;
  readonly now: Color;
}

/** Pixels of letters: where a cover differs from the same one without text. */
export function ink(image: PNG, empty: PNG): Ink[] {
  const found: Ink[] = [];
  for (let at = 0; at < image.data.length; at += 4) {
    if (image.data.compare(empty.data, at, at + 4, at, at + 4) === 0) continue;
    const [x, y] = [(at / 4) % image.width, Math.floor(at / 4 / image.width)];
    found.push({ x, y, before: colorAt(empty, x, y), now: colorAt(image, x, y) });
  }
  return found;
}

/** The rectangle around ink. */
export function boundsOf(found: readonly Ink[]): { left: number; right: number; top: number; bottom: number } {
  const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const { x, y } of found) {
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.top = Math.min(bounds.top, y);
    bounds.bottom = Math.max(bounds.bottom, y);
  }
  return bounds;
}
