/** sRGB, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

export const PALETTES = {
  ocean: ['#0b3d5c', '#0f6c7a', '#123a8f'],
  forest: ['#123d2b', '#2c6e49', '#4b5d16'],
  sunset: ['#5c1a3b', '#9c2f45', '#7a3b0f'],
  violet: ['#2b1a5c', '#5b2c83', '#34409c'],
  slate: ['#1f2933', '#3e4c59', '#27496d'],
  ember: ['#3d0f0f', '#7a1f1f', '#6b3e12'],
} as const;

export const TEXT_COLOR: Color = [255, 255, 255];

/**
 * Luminance up to which white text has a contrast of 4.5:1 (WCAG 2.2, 1.4.3): (1 + 0.05) / (x + 0.05) = 4.5, so 0.183; less,
 * because blending rounds.
 */
const DARK_ENOUGH = 0.17;

/** `#rrggbb`, darkened until white text on it can be read. What is blended of two such colours is as dark as one of them. */
export function backgroundColor(hex: string): string {
  let color = parse(hex);
  while (luminance(color) > DARK_ENOUGH) color = color.map((channel) => Math.floor(channel * 0.95)) as unknown as Color;
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance (WCAG 2.2). */
export function luminance(color: Color): number {
  const [red, green, blue] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Color;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const parse = (hex: string): Color => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};
