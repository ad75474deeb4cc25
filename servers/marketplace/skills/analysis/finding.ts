import { z } from 'zod';

export const Finding = z.object({
  rule: z.string().describe('Stable name of the rule.'),
  severity: z
    .enum(['error', 'warning', 'advice'])
    .describe('error: it does not work or gives a secret away; warning: it may do harm; advice: it could be better.'),
  file: z.string(),
  line: z.int().min(1).describe('From 1.'),
  message: z.string(),
  fix: z.string().describe('What to write or do instead.'),
});
export type Finding = z.output<typeof Finding>;

/** Findings of one skill: more than these are not read. */
export const MAX_FINDINGS = 100;

/** What rules look at. Lines are counted over the whole SKILL.md. */
export interface Analyzed {
  /** Of its folder; undefined where only the text is there. */
  readonly name: string | undefined;
  readonly skillMd: string;
  /** Paths of the files beside it; undefined where nobody knows them. */
  readonly paths: readonly string[] | undefined;
  /** Files that are text. */
  readonly texts: readonly { readonly path: string; readonly text: string }[];
  /** Names of secrets that the skill gets; undefined where nobody keeps any. */
  readonly secrets: ReadonlySet<string> | undefined;
}

/** Looks at a skill as a whole. */
export type Rule = (skill: Analyzed) => readonly Finding[];
/** For rules that read YAML. */
export type SlowRule = (skill: Analyzed) => Promise<readonly Finding[]>;
