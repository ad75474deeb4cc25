import type { Artifact } from './artifact.ts';

/** Lines and characters that a model reads of an artifact at once; the whole is in the structured content. */
const MAX_LINES = 500;
const MAX_CHARACTERS = 60_000;

/** An artifact as Markdown, for clients that show no apps and for models. */
export function artifactText(artifact: Artifact): string {
  const lines = [
    `# ${artifact.title}`,
    ...(artifact.description ? [artifact.description] : []),
    '',
    ...BODIES[artifact.type](artifact as never),
  ];
  const shown = lines.slice(0, MAX_LINES).join('\n');
  const isWhole = lines.length <= MAX_LINES && shown.length <= MAX_CHARACTERS;
  return isWhole ? shown : `${shown.slice(0, MAX_CHARACTERS)}\n\n(cut: the structured content has all of it)`;
}

const BODIES: {
  readonly [Type in Artifact['type']]: (artifact: Extract<Artifact, { type: Type }>) => readonly string[];
} = {
  table: ({ columns, rows }) => table(columns, rows),
  chart: ({ unit = '', labels, series }) =>
    table(
      [unit, ...series.map(({ name }) => name)],
      labels.map((label, index) => [label, ...series.map(({ values }) => values[index] ?? null)]),
    ),
  markdown: ({ text }) => text.split('\n'),
  code: ({ text, language }) => fenced(text, language),
  json: ({ value }) => fenced(JSON.stringify(value, undefined, 2) ?? 'null', 'json'),
  image: ({ alt }) => [`(image: ${alt})`],
  log: ({ lines }) => fenced(lines.map(({ time, level, text }) => present(' ', time, level, text)).join('\n')),
  list: ({ items, ordered }) =>
    items.map(({ title, detail, url }, index) =>
      present(' – ', ordered ? `${index + 1}. ${title}` : `- ${title}`, detail, url && `<${url}>`),
    ),
  diff: ({ text }) => fenced(text, 'diff'),
};

const present = (separator: string, ...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(separator);

type Cell = string | number | boolean | null;

const table = (columns: readonly string[], rows: readonly (readonly Cell[])[]): string[] => [
  row(columns),
  row(columns.map(() => '---')),
  ...rows.map(row),
];

const row = (cells: readonly Cell[]): string =>
  `| ${cells
    .map((cell) =>
      String(cell ?? '')
        .replaceAll(/\s+/g, ' ')
        .replaceAll('|', String.raw`\|`),
    )
    .join(' | ')} |`;

/** The fence is longer than any in the text, so that the text cannot end it (CommonMark, "Fenced code blocks"). */
function fenced(text: string, language = ''): string[] {
  // One by one: as arguments of a single call half a million of them overflow the stack.
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  // The last line of a text may end like the others: no empty line for that.
  return [`${fence}${language}`, ...text.replace(/\n$/, '').split('\n'), fence];
}
