import { z } from 'zod';

/** Bytes of an artifact as JSON: more than people read, less than a page of resources may have. */
export const MAX_ARTIFACT_BYTES = 1024 * 1024;

/** Characters, in sum bounded by MAX_ARTIFACT_BYTES. */
const line = (max = 4000) => z.string().max(max);
const text = () => z.string().max(MAX_ARTIFACT_BYTES);

const about = {
  title: z.string().min(1).max(200),
  description: line().optional().describe('What it shows, for who cannot see it.'),
};

const Cell = z.union([line(), z.number(), z.boolean(), z.null()]);

const Table = z
  .object({
    type: z.literal('table'),
    ...about,
    columns: z.array(line(200)).min(1).max(50),
    rows: z.array(z.array(Cell)).max(5000),
  })
  .refine(({ columns, rows }) => rows.every((row) => row.length === columns.length), 'each row has a cell per column');

const Chart = z
  .object({
    type: z.literal('chart'),
    ...about,
    kind: z.enum(['bar', 'line', 'pie']),
    labels: z.array(line(200)).min(1).max(500),
    series: z
      .array(z.object({ name: line(200), values: z.array(z.number().nullable()) }))
      .min(1)
      .max(12),
    unit: line(40).optional(),
  })
  .refine(
    ({ labels, series }) => series.every(({ values }) => values.length === labels.length),
    'each series has a value per label',
  )
  .refine(
    ({ kind, series }) =>
      kind !== 'pie' ||
      (series.length === 1 && series.every(({ values }) => values.every((value) => (value ?? 0) >= 0))),
    'a pie has one series of values that are not negative',
  );

const Markdown = z.object({ type: z.literal('markdown'), ...about, text: text() });

const Code = z.object({ type: z.literal('code'), ...about, text: text(), language: line(40).optional() });

const Json = z.object({ type: z.literal('json'), ...about, value: z.unknown().describe('Any JSON value.') });

const Image = z.object({
  type: z.literal('image'),
  ...about,
  // No SVG: it is a program.
  mimeType: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif']),
  data: z.base64(),
  alt: z.string().min(1).max(2000),
});

const Log = z.object({
  type: z.literal('log'),
  ...about,
  lines: z
    .array(
      z.object({
        text: line(),
        level: z.enum(['debug', 'info', 'warn', 'error']).optional(),
        time: z.iso.datetime({ offset: true }).optional(),
      }),
    )
    .max(10_000),
});

const List = z.object({
  type: z.literal('list'),
  ...about,
  ordered: z.boolean().default(false),
  items: z
    .array(
      z.object({
        title: line(500),
        detail: line().optional(),
        url: z
          .url({ protocol: /^https?$/ })
          .max(2000)
          .optional(),
      }),
    )
    .max(2000),
});

const Diff = z.object({ type: z.literal('diff'), ...about, text: text().describe('A unified diff.') });

const TYPES = [Table, Chart, Markdown, Code, Json, Image, Log, List, Diff] as const;

/** What a tool made to be looked at. Everything in it is data: whoever shows it must not take it for markup. */
export const Artifact = z.discriminatedUnion('type', TYPES);

export type Artifact = z.output<typeof Artifact>;
export type ArtifactInput = z.input<typeof Artifact>;
export type ArtifactType = Artifact['type'];

/** Only artifacts of these types, so that a tool's schema does not describe what it never makes. */
export const artifactOf = (types: readonly ArtifactType[]): typeof Artifact =>
  z.discriminatedUnion('type', TYPES.filter(({ shape }) => types.includes(shape.type.value)) as never);
