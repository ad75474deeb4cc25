import { readFields, splitSkillMd } from '../skill-md.ts';
import { skillDescription, skillName } from '../skill.ts';
import type { Finding, SlowRule } from './finding.ts';

/** https://agentskills.io/specification, "compatibility field". */
const MAX_COMPATIBILITY = 500;
const KNOWN = new Set(['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools']);
/** Characters; a shorter one can hardly say both what and when. */
const SHORT = 40;

const EXAMPLE =
  '---\nname: pdf-forms\ndescription: Fills PDF forms. Use when the user has a PDF with fields.\n---\n\n# Steps';

/** The rules of https://agentskills.io/specification for the front matter. */
export const formatRules: SlowRule = async ({ skillMd, name }) => {
  const parts = splitSkillMd(skillMd);
  if (!parts) {
    return [
      at(
        1,
        'front-matter',
        'error',
        'SKILL.md does not begin with front matter between two lines "---".',
        `Begin it like this:\n${EXAMPLE}`,
      ),
    ];
  }
  try {
    return [...fieldFindings(await readFields(parts.frontMatter), parts.frontMatter, name), ...bodyFindings(parts)];
  } catch (error) {
    const message = error instanceof Error ? error.message.slice(0, 300) : '';
    const line = Number(/at line (\d+)/.exec(message)?.[1] ?? 0) + 1;
    return [
      at(
        line,
        'front-matter',
        'error',
        `The front matter ${message}`,
        `Quote values that hold ": " or begin with a sign:\n${EXAMPLE}`,
      ),
    ];
  }
};

const at = (line: number, rule: string, severity: Finding['severity'], message: string, fix: string): Finding => ({
  rule,
  severity,
  file: 'SKILL.md',
  line,
  message,
  fix,
});

function fieldFindings(
  fields: Readonly<Record<string, unknown>>,
  frontMatter: string,
  folder: string | undefined,
): Finding[] {
  const lines = frontMatter.split('\n');
  const lineOf = (field: string): number =>
    Math.max(
      0,
      lines.findIndex((line) => line.startsWith(`${field}:`) || line.startsWith(`"${field}"`)),
    ) + 1;
  const found: Finding[] = [];
  const say = (field: string, severity: Finding['severity'], message: string, fix: string) =>
    found.push(at(lineOf(field), field, severity, message, fix));

  const name = skillName().safeParse(fields['name']);
  if (!name.success) {
    say(
      'name',
      'error',
      'name must be 1 to 64 lowercase letters, digits and single hyphens.',
      `name: ${slug(textOf(fields['name']) || (folder ?? ''))}`,
    );
  } else if (folder !== undefined && name.data !== folder) {
    say('name', 'error', `name must be that of its folder, ${folder}.`, `name: ${folder}`);
  }
  const description = skillDescription().safeParse(fields['description']);
  if (!description.success) {
    const text = textOf(fields['description']);
    const fix =
      text.length > 1024
        ? `description: ${JSON.stringify(`${text.slice(0, 1000).toWellFormed()}…`)}`
        : 'description: What it does. Use when …';
    say('description', 'error', 'description must be text of 1 to 1024 characters.', fix);
  } else {
    describeFindings(description.data, say);
  }
  const { license, compatibility, metadata, 'allowed-tools': tools } = fields;
  if (license !== undefined && typeof license !== 'string') {
    say('license', 'error', 'license must be text.', 'license: Apache-2.0');
  }
  if (
    compatibility !== undefined &&
    (typeof compatibility !== 'string' || compatibility === '' || compatibility.length > MAX_COMPATIBILITY)
  ) {
    say(
      'compatibility',
      'error',
      `compatibility must be text of 1 to ${MAX_COMPATIBILITY} characters.`,
      'compatibility: Needs git and Python 3.12',
    );
  }
  if (metadata !== undefined && !isTextMap(metadata)) {
    say('metadata', 'error', 'metadata must be a map from text to text.', 'metadata:\n  version: "1.0"');
  }
  if (tools !== undefined && typeof tools !== 'string') {
    const names = Array.isArray(tools) ? tools.map(textOf).join(' ').slice(0, 300) : 'Read Bash(git:*)';
    say(
      'allowed-tools',
      'error',
      'allowed-tools must be one text with spaces between the tools.',
      `allowed-tools: ${names}`,
    );
  }
  for (const field of Object.keys(fields)
    .filter((key) => !KNOWN.has(key))
    .slice(0, 10)) {
    say(
      field,
      'advice',
      `${JSON.stringify(field.slice(0, 64))} is no field of the format; it is kept, and most clients ignore it.`,
      `metadata:\n  ${field.slice(0, 64)}: "…"`,
    );
  }
  return found;
}

function describeFindings(
  text: string,
  say: (field: string, severity: Finding['severity'], message: string, fix: string) => void,
): void {
  const saysWhen = /\b(?:when|if|for|before|after|whenever)\b/i.test(text);
  if (saysWhen && text.length < SHORT) {
    say(
      'description',
      'advice',
      `A model chooses by the description alone, and this one has less than ${SHORT} characters: it should say more of what the skill does and when to use it.`,
      'For example: description: Fills PDF forms. Use when the user has a PDF with fields.',
    );
  }
  if (!saysWhen) {
    say(
      'description',
      'advice',
      'A model chooses by the description alone: it should say what the skill does and when to use it.',
      `description: ${JSON.stringify(
        `${text
          .slice(0, 900)
          .toWellFormed()
          .replace(/\.?\s*$/, '')}. Use when the user …`,
      )}`,
    );
  }
  if (/<[a-z/!]/i.test(text)) {
    say(
      'description',
      'warning',
      'The description holds markup, which clients put into the system prompt as it is.',
      `description: ${JSON.stringify(text.slice(0, 1000).toWellFormed().replaceAll(/[<>]/g, ''))}`,
    );
  }
}

const bodyFindings = ({ frontMatter, content }: { frontMatter: string; content: string }): Finding[] =>
  content.trim() === ''
    ? [
        at(
          frontMatter.split('\n').length - 1,
          'body',
          'error',
          'There are no instructions below the front matter.',
          '# Steps\n\n1. …',
        ),
      ]
    : [];

const isTextMap = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((each) => typeof each === 'string');

/** YAML makes objects that cannot even be turned into text. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const slug = (text: string): string =>
  text
    .slice(0, 200)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .join('-')
    .slice(0, 64)
    .replace(/-$/, '') || 'my-skill';
