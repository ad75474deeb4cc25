import { HEIGHT, WIDTH } from './background.ts';
import { FONT_FAMILY } from './font.ts';
import { FRAME, layOut, lineHeight, type Measure } from './lay-out.ts';
import { TEXT_COLOR } from './palette.ts';
import { palettePng } from './palette-png.ts';
import { renderSvg, svgMeasurer, type Box } from './render-svg.ts';

export interface CoverRequest {
  /** Written on it; nothing where it is empty. The font has all of its characters (`writable`). */
  readonly text: string;
  /** What lies behind it: SVG elements that fill the picture. */
  readonly behind: string;
  /** Whether the text needs a panel, because what lies behind may be as light as itself. */
  readonly panel: boolean;
}

/** Size of letters that widths are measured at. */
const MEASURED = 100;
/** Where the middle of small letters is above the base line, in sizes (DejaVu Sans: half of the x-height and a bit). */
const MIDDLE = 0.36;
/** Pixels of the panel around the text; the frame is 80 away from the edges. */
const PADDING = 24;
/** Black of this share over white is 35% grey: luminance 0.1, so that white text has a contrast of 7:1 (WCAG 2.2, 1.4.6). */
const PANEL_OPACITY = 0.65;
/** Bytes. With four thirds for base64, and 8 KiB for its texts, it is an artifact then (1 MiB). */
const MAX_PNG_BYTES = ((1024 - 8) * 1024 * 3) / 4;

/** Paints a cover of 1200×630, the size of previews (Open Graph), with the text inside the frame: PNG of at most 762 KiB. */
export async function paintCover({ text, behind, panel }: CoverRequest): Promise<Uint8Array> {
  const image = await renderSvg(behind + (text === '' ? '' : textElements(text, panel, await svgMeasurer())));
  const png = image.asPng();
  return png.length <= MAX_PNG_BYTES ? png : palettePng(image.pixels, WIDTH, HEIGHT);
}

/** The lines in the frame: in its middle, on a panel at its bottom. Marks above and below letters may be high: where they leave the frame all is made smaller. */
function textElements(text: string, panel: boolean, boxOf: (elements: string) => Box | undefined): string {
  const { size, lines } = layOut(text, measureBy(boxOf));
  const middle = (lines.length - 1) / 2;
  const elements = lines
    .map((line, index) =>
      textElement(
        isRightToLeft(text) ? isolated(line) : line,
        WIDTH / 2,
        HEIGHT / 2 + (index - middle) * lineHeight(size) + MIDDLE * size,
        size,
      ),
    )
    .join('');
  const box = boxOf(elements);
  if (!box) return '';
  const scale = Math.min(1, FRAME.width / box.width, FRAME.height / box.height);
  const [width, height] = [box.width * scale, box.height * scale];
  const left = FRAME.left + (FRAME.width - width) / 2;
  // What a picture shows is in its middle.
  const top = FRAME.top + (FRAME.height - height) / (panel ? 1 : 2);
  const move = `translate(${fixed(left - box.x * scale)} ${fixed(top - box.y * scale)}) scale(${scale.toFixed(4)})`;
  return `${panel ? panelElement({ x: left, y: top, width, height }) : ''}<g transform="${move}">${elements}</g>`;
}

function measureBy(boxOf: (elements: string) => Box | undefined): Measure {
  const measured = new Map<string, number>();
  return (text) => {
    const known = measured.get(text) ?? (boxOf(textElement(text, 0, 0, MEASURED))?.width ?? 0) / MEASURED;
    measured.set(text, known);
    return known;
  };
}

/** As its first letter is (Unicode Standard Annex 9, rules P2 and P3), of the scripts that the font has. */
const isRightToLeft = (text: string): boolean =>
  /^\P{L}*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Nko}]/u.test(text);

/** RLI … PDI: the renderer takes every line for one from left to right, and would put the last mark of a question on the right. */
const isolated = (line: string): string => `\u2067${line}\u2069`;

const textElement = (text: string, x: number, y: number, size: number): string =>
  `<text x="${x}" y="${fixed(y)}" font-family="${FONT_FAMILY}" font-weight="700" font-size="${size}" text-anchor="middle" fill="rgb(${TEXT_COLOR.join()})">${escaped(text)}</text>`;

const panelElement = ({ x, y, width, height }: Box): string =>
  `<rect x="${fixed(x - PADDING)}" y="${fixed(y - PADDING)}" width="${fixed(width + 2 * PADDING)}" height="${fixed(height + 2 * PADDING)}" rx="${PADDING}" fill="#000" opacity="${PANEL_OPACITY}"/>`;

const fixed = (value: number): string => value.toFixed(2);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
