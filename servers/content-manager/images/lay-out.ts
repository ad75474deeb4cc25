/** Frame that no letter leaves, in pixels: as wide as what previews cut off at most on each side. */
export const FRAME = { left: 80, top: 80, width: 1040, height: 470 } as const;
/** Sizes of letters; the smallest can be read in a preview of a third of the width. */
const SIZES = [104, 92, 80, 70, 60, 52, 46, 40] as const;
const LINE_HEIGHT = 1.25;

/** Width of a text in pixels per pixel of size. */
export type Measure = (text: string) => number;

export interface Layout {
  readonly size: number;
  readonly lines: readonly string[];
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export const lineHeight = (size: number): number => size * LINE_HEIGHT;

/** The title in lines, as large as it fits; at the smallest size what does not fit is cut, which an ellipsis says. */
export function layOut(title: string, measure: Measure): Layout {
  let layout: Layout = { size: SIZES[0], lines: [] };
  for (const size of SIZES) {
    const fits = (text: string): boolean => measure(text) * size <= FRAME.width;
    const words = title.split(' ');
    // A word that is wider than the frame is broken only where no smaller size helps.
    if (size !== SIZES.at(-1) && !words.every(fits)) continue;
    layout = { size, lines: wrap(words, fits) };
    if (layout.lines.length * lineHeight(size) <= FRAME.height) return layout;
  }
  const most = Math.floor(FRAME.height / lineHeight(layout.size));
  const kept = layout.lines.slice(0, most);
  const [last = ''] = kept.slice(-1);
  return { ...layout, lines: [...kept.slice(0, -1), `${last.slice(0, -1).toWellFormed()}…`] };
}

function wrap(words: readonly string[], fits: (text: string) => boolean): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const { segment } of graphemes.segment(word)) {
      if (line !== '' && !fits(line + segment)) {
        lines.push(line);
        line = '';
      }
      line += segment;
    }
  }
  return line === '' ? lines : [...lines, line];
}
