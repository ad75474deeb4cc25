import { backgroundColor } from './palette.ts';

export const WIDTH = 1200;
export const HEIGHT = 630;

type Random = () => number;
type Motif = (random: Random, color: () => string) => string;

/** Shapes of one picture; more are a crowd. */
const SHAPES = 14;

const circles: Motif = (random, color) => {
  const [x, y, radius] = [random() * WIDTH, random() * HEIGHT, 40 + random() * 260];
  return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${fixed(radius)}" fill="${color()}" opacity="${fixed(0.25 + random() * 0.4)}"/>`;
};

const waves: Motif = (random, color) => {
  const y = random() * HEIGHT;
  const [one, two, end] = [random() - 0.5, random() - 0.5, random() - 0.5].map((share) => y + share * 320);
  return (
    `<path d="M0 ${fixed(y)} C 400 ${fixed(one)}, 800 ${fixed(two)}, ${WIDTH} ${fixed(end)} V ${HEIGHT} H 0 Z" ` +
    `fill="${color()}" opacity="${fixed(0.2 + random() * 0.25)}"/>`
  );
};

const shards: Motif = (random, color) => {
  const points = Array.from(
    { length: 3 },
    () => `${fixed(random() * WIDTH * 1.2 - 120)},${fixed(random() * HEIGHT * 1.2 - 60)}`,
  );
  return `<polygon points="${points.join(' ')}" fill="${color()}" opacity="${fixed(0.2 + random() * 0.35)}"/>`;
};

const MOTIFS = [circles, waves, shards] as const;

/** What lies behind the title, as SVG elements: a gradient and shapes of these colours, all dark enough for white text. */
export function background(colors: readonly string[], random: Random): string {
  const dark = colors.map(backgroundColor);
  const color = (): string => pick(dark, random);
  const motif = pick(MOTIFS, random);
  const shapes = Array.from({ length: SHAPES }, () => motif(random, color));
  return (
    `<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="${fixed(random())}">` +
    `<stop offset="0" stop-color="${color()}"/><stop offset="1" stop-color="${color()}"/></linearGradient></defs>` +
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#g)"/>${shapes.join('')}`
  );
}

function pick<Value>(values: readonly Value[], random: Random): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

const fixed = (value = 0): string => value.toFixed(2);
