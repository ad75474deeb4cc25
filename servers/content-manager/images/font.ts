import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and more; free (Bitstream Vera licence). */
export const FONT_FILE = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'));
export const FONT_FAMILY = 'DejaVu Sans';

/** Whether the font has a picture of this code point. */
export type Covers = (codePoint: number) => boolean;

let covers: Promise<Covers> | undefined;
export const fontCoverage = async (): Promise<Covers> => (covers ??= readFile(FONT_FILE).then(coverageOf));

/** Reads the character map of a TrueType font: subtable of format 12 for all of Unicode (OpenType, "cmap"). */
function coverageOf(font: Buffer): Covers {
  const cmap = tableAt(font, 'cmap');
  for (let index = 0; index < font.readUInt16BE(cmap + 2); index++) {
    const subtable = cmap + font.readUInt32BE(cmap + 4 + index * 8 + 4);
    if (font.readUInt16BE(subtable) !== 12) continue;
    const groups = Array.from({ length: font.readUInt32BE(subtable + 12) }, (_, group) => {
      const at = subtable + 16 + group * 12;
      return { first: font.readUInt32BE(at), last: font.readUInt32BE(at + 4) };
    });
    return (codePoint) => groups.some(({ first, last }) => first <= codePoint && codePoint <= last);
  }
  throw new Error('the font has no character map of format 12');
}

function tableAt(font: Buffer, tag: string): number {
  for (let index = 0; index < font.readUInt16BE(4); index++) {
    const record = 12 + index * 16;
    if (font.toString('latin1', record, record + 4) === tag) return font.readUInt32BE(record + 8);
  }
  throw new Error(`the font has no table ${tag}`);
}
