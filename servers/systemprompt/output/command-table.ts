import { z } from 'zod';

interface Table {
  readonly columns: string[];
  readonly rows: (string | number | boolean | null)[][];
}

const Condition = z.object({ type: z.string(), status: z.string(), reason: z.string().optional() });
const Listed = z.object({
  servers: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string().default('') }),
      spec: z.object({ enabled: z.boolean().default(true) }),
      status: z
        .object({
          url: z.string().optional(),
          tools: z.array(z.unknown()).optional(),
          conditions: z.array(Condition).default([]),
        })
        .optional(),
    }),
  ),
});
const Tools = z.object({
  tools: z.array(z.object({ name: z.string(), title: z.string().optional(), description: z.string().optional() })),
});

/** The answers of commands that are tables, by the command. Throws where the value is no such answer. */
const TABLES: Readonly<Record<string, (value: unknown) => Table>> = {
  list: (value) => ({
    columns: ['Name', 'Namespace', 'Enabled', 'Ready', 'Reason', 'Tools', 'URL'],
    rows: Listed.parse(value).servers.map(({ metadata, spec, status }) => {
      const ready = status?.conditions.find(({ type }) => type === 'Ready');
      const { name, namespace } = metadata;
      const [state, reason] = [ready?.status ?? 'Unknown', ready?.reason ?? null];
      return [name, namespace, spec.enabled, state, reason, status?.tools?.length ?? null, status?.url ?? null];
    }),
  }),
  tools: (value) => ({
    columns: ['Name', 'Title', 'Description'],
    rows: Tools.parse(value).tools.map(({ name, title, description }) => [name, title ?? null, short(description)]),
  }),
  status: (value) => flatTable(z.object({ servers: z.array(z.record(z.string(), z.unknown())) }).parse(value).servers),
};

/** Undefined for commands whose answers are no tables, and for answers of another form than is known here. */
export function commandTable(command: string, value: unknown): Table | undefined {
  if (!Object.hasOwn(TABLES, command)) return undefined;
  try {
    return TABLES[command]?.(value);
  } catch (error) {
    if (error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** A column for each field that some row has; what is no cell becomes JSON. */
function flatTable(objects: readonly Readonly<Record<string, unknown>>[]): Table {
  const columns = [...new Set(objects.flatMap(Object.keys))].slice(0, 50);
  return {
    columns: columns.length === 0 ? ['Name'] : columns,
    rows: objects.map((row) => columns.map((name) => cell(row[name]))),
  };
}

const cell = (value: unknown): string | number | boolean | null =>
  value === undefined || value === null
    ? null
    : typeof value === 'number' || typeof value === 'boolean'
      ? value
      : short(typeof value === 'string' ? value : JSON.stringify(value));

/** Characters of a cell. */
const short = (text = ''): string => (text.length > 4000 ? `${text.slice(0, 3999)}…` : text);
