import { background, HEIGHT, WIDTH } from './background.ts';
import { FONT_FAMILY, FONT_FILE, fontCoverage } from './font.ts';
import { FRAME, layOut, lineHeight, type Measure } from './lay-out.ts';
import { TEXT_COLOR } from './palette.ts';
import { randomOf } from './random.ts';
import { shownTitle } from './shown-title.ts';

export interface CoverRequest {
  readonly title: string;
  /** `#rrggbb` */
  readonly colors: readonly string[];
  /** The same seed gives the same picture. */
  readonly seed: string;
}

export interface Cover {
  readonly png: Uint8Array;
  /** What of the title is written on it. */
  readonly shownTitle: string;
}

const FONT = { loadSystemFonts: false, fontFiles: [FONT_FILE], defaultFontFamily: FONT_FAMILY };
/** Size of letters that widths are measured at. */
const MEASURED = 100;
/** Where the middle of small letters is above the base line, in sizes (DejaVu Sans: half of the x-height and a bit). */
const MIDDLE = 0.36;

/** Paints a cover of 1200×630, the size of previews (Open Graph): shapes of a seed, and the title inside the frame. */
export async function paintCover({ title, colors, seed }: CoverRequest): Promise<Cover> {
  // Native code of some MB: only where pictures are made.
  const { Resvg, renderAsync } = await import('@resvg/resvg-js');
  const boxOf = (text: string, size: number) =>
    new Resvg(svgOf(textElement(text, 0, 0, size)), { font: FONT }).getBBox();
  const measured = new Map<string, number>();
  const measure: Measure = (text) => {
    const known = measured.get(text) ?? (boxOf(text, MEASURED)?.width ?? 0) / MEASURED;
    measured.set(text, known);
    return known;
  };
  const shown = shownTitle(title, await fontCoverage());
  const text =
    shown === '' ? '' : titleElements(shown, measure, (svg) => new Resvg(svgOf(svg), { font: FONT }).getBBox());
  const image = await renderAsync(svgOf(background(colors, randomOf(seed)) + text), { font: FONT });
  return { png: image.asPng(), shownTitle: shown };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The lines in the middle of the frame. Marks above and below letters may be high: where they leave the frame all is made smaller. */
function titleElements(title: string, measure: Measure, boxOf: (svg: string) => Box | undefined): string {
  const { size, lines } = layOut(title, measure);
  const middle = (lines.length - 1) / 2;
  const elements = lines.map((line, index) =>
    textElement(line, WIDTH / 2, HEIGHT / 2 + (index - middle) * lineHeight(size) + MIDDLE * size, size),
  );
  const box = boxOf(elements.join(''));
  if (!box) return '';
  const scale = Math.min(1, FRAME.width / box.width, FRAME.height / box.height);
  const [left, top] = [
    FRAME.left + (FRAME.width - box.width * scale) / 2,
    FRAME.top + (FRAME.height - box.height * scale) / 2,
  ];
  const move = `translate(${(left - box.x * scale).toFixed(2)} ${(top - box.y * scale).toFixed(2)}) scale(${scale.toFixed(4)})`;
  return `<g transform="${move}">${elements.join('')}</g>`;
}

const textElement = (text: string, x: number, y: number, size: number): string =>
  `<text x="${x}" y="${y.toFixed(2)}" font-family="${FONT_FAMILY}" font-weight="700" font-size="${size}" text-anchor="middle" fill="rgb(${TEXT_COLOR.join()})">${escaped(text)}</text>`;

const svgOf = (content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${content}</svg>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
