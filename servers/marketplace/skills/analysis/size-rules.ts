import { splitSkillMd } from '../skill-md.ts';
import type { Rule } from './finding.ts';

/**
 * Tokens, estimated: a token for each four bytes of UTF-8, rounded up. For English it is within a fifth of what tokenizers count, for code
 * and other scripts it is low; the tokenizer of the model that will read it is not known here.
 */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4);

/** https://agentskills.io/specification, "Progressive disclosure": the body below 5,000 tokens and 500 lines. */
const MAX_TOKENS = 5000;
const MAX_LINES = 500;
/** Tokens of one referenced file, which is read whole too. */
const MAX_REFERENCE = 10_000;

export const sizeRules: Rule = ({ skillMd, texts }) => {
  const body = splitSkillMd(skillMd)?.content ?? skillMd;
  const [tokens, lines] = [estimateTokens(body), body.split('\n').length];
  const longest = longestSection(body);
  const where = { file: 'SKILL.md', line: skillMd.split('\n').length - lines + longest.line };
  return [
    ...(tokens > MAX_TOKENS || lines > MAX_LINES
      ? [
          {
            rule: 'size',
            severity: 'warning' as const,
            ...where,
            message: `The body has about ${tokens} tokens in ${lines} lines, all of which a model reads whenever it uses the skill; ${MAX_TOKENS} tokens and ${MAX_LINES} lines are advised.`,
            fix: `Move the section "${longest.title}" into references/${longest.file}.md and write in its place: "For ${longest.title}, read [references/${longest.file}.md](references/${longest.file}.md)."`,
          },
        ]
      : []),
    ...texts
      .filter(({ path, text }) => path.startsWith('references/') && estimateTokens(text) > MAX_REFERENCE)
      .map(({ path, text }) => ({
        rule: 'size',
        severity: 'advice' as const,
        file: path,
        line: 1,
        message: `It has about ${estimateTokens(text)} tokens, which a model reads at once.`,
        fix: 'Divide it by topic, and say in SKILL.md when each part is to be read.',
      })),
  ];
};

/** The section of the most characters: moving it helps most. */
function longestSection(body: string): { readonly title: string; readonly file: string; readonly line: number } {
  let best = { title: 'details', line: 1, length: -1 };
  let current = { title: 'details', line: 1, length: 0 };
  for (const [index, line] of body.split('\n').entries()) {
    const title = /^#{1,6} (.{1,80})/.exec(line)?.[1]?.trim();
    if (title) {
      if (current.length > best.length) best = current;
      current = { title, line: index + 1, length: 0 };
    }
    current.length += line.length;
  }
  if (current.length > best.length) best = current;
  const words = best.title.toLowerCase().match(/[a-z0-9]+/g) ?? ['details'];
  return { ...best, file: words.slice(0, 4).join('-') };
}
