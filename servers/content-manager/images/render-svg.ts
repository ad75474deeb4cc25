import type { RenderedImage } from '@resvg/resvg-js';
import { HEIGHT, WIDTH } from './background.ts';
import { FONT_FAMILY, FONT_FILE } from './font.ts';

const FONT = { loadSystemFonts: false, fontFiles: [FONT_FILE], defaultFontFamily: FONT_FAMILY };

/** In pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Draws SVG elements on a cover that is transparent elsewhere, in a thread of the library. */
export async function renderSvg(elements: string): Promise<RenderedImage> {
  const { renderAsync } = await library();
  return renderAsync(coverOf(elements), { font: FONT });
}

/** How large elements will be; undefined where there is nothing to see. */
export async function svgMeasurer(): Promise<(elements: string) => Box | undefined> {
  const { Resvg } = await library();
  return (elements) => new Resvg(coverOf(elements), { font: FONT }).getBBox();
}

/** Native code of some MB: only where pictures are made. */
const library = async () => import('@resvg/resvg-js');

const coverOf = (elements: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${elements}</svg>`;
