import { MAX_FINDINGS, type Analyzed, type Finding } from './finding.ts';
import { formatRules } from './format-rules.ts';
import { linkRules } from './link-rules.ts';
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

/** Looks at a skill as text: it runs nothing, fetches nothing, and takes any text. The worst comes first. */
export async function analyze(skill: Analyzed): Promise<Analysis> {
  const all = [
    ...(await formatRules(skill)),
    ...[sizeRules, linkRules, secretRules, riskRules].flatMap((rule) => rule(skill)),
  ].toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  return {
    tokens: estimateTokens(skill.skillMd),
    findings: all.slice(0, MAX_FINDINGS),
    more: Math.max(0, all.length - MAX_FINDINGS),
  };
}
