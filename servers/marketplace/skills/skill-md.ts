import type { ParsedNode } from 'yaml';
import { ToolFailure } from '../../kit/index.ts';
import { skillContent, skillDescription, skillName, storable } from './skill.ts';

/** A skill's SKILL.md in parts. `frontMatter` is kept as it came, with its fences; empty: it is made of name and description. */
export interface SkillText {
  readonly name: string;
  readonly description: string;
  readonly frontMatter: string;
  readonly content: string;
}

/** Characters. Name and description take 1,100; what is beyond is metadata, which each model that lists skills would read. */
const MAX_FRONT_MATTER = 16_384;
/** An alias that is used more often is an attack (YAML 1.2.2 section 7.1), and no skill needs one. */
const YAML = { maxAliasCount: 10 };

const FENCE = /^---[ \t]*\r?$/;

/** Where the front matter ends, if the text begins with one (https://agentskills.io/specification, "SKILL.md format"). */
export function splitSkillMd(text: string): { readonly frontMatter: string; readonly content: string } | undefined {
  const lines = text.split('\n');
  if (!FENCE.test(lines[0] ?? '')) return undefined;
  const end = lines.findIndex((line, index) => index > 0 && FENCE.test(line));
  if (end === -1) return undefined;
  const frontMatter = `${lines.slice(0, end + 1).join('\n')}\n`;
  const rest = lines.slice(end + 1).join('\n');
  return { frontMatter: end === lines.length - 1 ? frontMatter.slice(0, -1) : frontMatter, content: rest };
}

/** The fields of a front matter. Throws an Error in plain words where it is not YAML, or no map. */
export async function readFields(frontMatter: string): Promise<Readonly<Record<string, unknown>>> {
  if (frontMatter.length > MAX_FRONT_MATTER) throw new Error(`has more than ${MAX_FRONT_MATTER} characters`);
  const document = await parseYaml(frontMatter);
  const value: unknown = document.toJS(YAML);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('is no map of fields');
  return value as Record<string, unknown>;
}

async function parseYaml(frontMatter: string) {
  // Only where there is something to read: an idle server stays small.
  const { parseDocument } = await import('yaml');
  const document = parseDocument(yamlOf(frontMatter), { prettyErrors: true, logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem) throw new Error(`is no YAML: ${problem.message.split('\n')[0]}`);
  return document;
}

/** The lines between the fences. */
const yamlOf = (frontMatter: string): string => {
  const lines = frontMatter.split('\n');
  const end = lines.findLastIndex((line) => FENCE.test(line));
  return `${lines.slice(1, end).join('\n')}\n`;
};

/** Takes a whole SKILL.md apart; undefined where the text has no front matter. A `ToolFailure` where that breaks the format. */
export async function parseSkillMd(text: string): Promise<SkillText | undefined> {
  const parts = splitSkillMd(text);
  if (!parts) return undefined;
  try {
    const fields = await readFields(parts.frontMatter);
    if (!storable(parts.frontMatter)) throw new Error('has NUL characters or broken Unicode');
    const name = checked('name', skillName(), fields['name']);
    const description = checked('description', skillDescription(), fields['description']);
    return { ...parts, name, description, content: checked('content', skillContent(), parts.content) };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    throw new ToolFailure(
      `The front matter of this SKILL.md ${message.slice(0, 300)}. analyze_skill shows what to write instead.`,
    );
  }
}

function checked(
  field: string,
  schema: ReturnType<typeof skillName | typeof skillDescription>,
  value: unknown,
): string {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Error(`has no valid ${field}: ${result.error.issues[0]?.message ?? 'is wrong'}`);
}

/** The whole SKILL.md. */
export const skillMd = ({ name, description, frontMatter, content }: SkillText): string =>
  `${frontMatter || newFrontMatter(name, description)}${content}`;

/** JSON strings are YAML (YAML 1.2.2 section 1.2). */
const newFrontMatter = (name: string, description: string): string =>
  `---\nname: ${name}\ndescription: ${JSON.stringify(description)}\n---\n\n`;

/** The front matter with another description; every other byte stays. */
export async function withDescription(frontMatter: string, description: string): Promise<string> {
  if (frontMatter === '') return '';
  const { isMap, isScalar } = await import('yaml');
  const { contents } = await parseYaml(frontMatter);
  const pair = isMap<ParsedNode>(contents)
    ? contents.items.find(({ key }) => isScalar(key) && key.value === 'description')
    : undefined;
  const range = pair?.value?.range;
  if (!range)
    throw new ToolFailure('The description cannot be changed alone here. Send the whole SKILL.md as content.');
  // Positions count from the line after the first fence.
  const first = frontMatter.indexOf('\n') + 1;
  const [start, end] = [first + range[0], first + range[1]];
  const lineEnd = frontMatter.slice(start, end).endsWith('\n') ? '\n' : '';
  return `${frontMatter.slice(0, start)}${JSON.stringify(description)}${lineEnd}${frontMatter.slice(end)}`;
}
