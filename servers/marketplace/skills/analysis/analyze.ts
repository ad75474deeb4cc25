import { MAX_FINDINGS, type Analyzed, type Finding } from './finding.ts';
import { formatRules } from './format-rules.ts';
import { linkRules } from './link-rules.ts';
import { lookAtPieces } from './pieces.ts';
import { riskRules } from './risk-rules.ts';
import { secretRules } from './secret-rules.ts';
import { estimateTokens, sizeRules } from './size-rules.ts';

export interface Analysis {
  /** About; see `estimateTokens`. */
  readonly tokens: number;
  readonly findings: readonly Finding[];
  /** That there were more. */
  readonly more: number;
}

const ORDER = { error: 0, warning: 1, advice: 2 } as const;

/** Looks at a skill as text: it runs nothing, fetches nothing, and takes any text. The worst comes first. Throws the reason of the signal. */
export async function analyze(skill: Analyzed, signal: AbortSignal = new AbortController().signal): Promise<Analysis> {
  const found = [...(await formatRules(skill)), ...sizeRules(skill)];
  const rules = [linkRules, secretRules, riskRules].map((rule) => rule(skill));
  await lookAtPieces(skill, signal, (piece) => {
    for (const rule of rules) found.push(...rule.look(piece));
  });
  for (const rule of rules) found.push(...(rule.atEnd?.() ?? []));
  const all = withoutTwins(found).toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  return {
    tokens: estimateTokens(skill.skillMd),
    findings: all.slice(0, MAX_FINDINGS),
    more: Math.max(0, all.length - MAX_FINDINGS),
  };
}

const withoutTwins = (found: readonly Finding[]): readonly Finding[] => [
  ...new Map(found.map((each) => [`${each.file}\0${each.line}\0${each.rule}\0${each.message}`, each])).values(),
];
