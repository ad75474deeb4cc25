import { z } from 'zod';
import { defineTool, ToolFailure, type ToolContext } from '../../../kit/index.ts';
import type { MarketplaceServices } from '../../marketplace-services.ts';
import { fileText } from '../file-text.ts';
import { skillMd as skillMdOf } from '../skill-md.ts';
import { getSkill, readBlob, type KeptSkill } from '../skill-store.ts';
import { skillContent, skillName, skillOwner } from '../skill.ts';
import { analyze } from './analyze.ts';
import { Finding, type Analyzed } from './finding.ts';

export const analyzeSkill = defineTool({
  name: 'analyze_skill',
  title: 'Check a skill',
  description:
    'Checks a skill, by name or as the text of a SKILL.md, before it is kept, shared or followed: the Agent Skills format, size in ' +
    'tokens, files that it names and does not have, secrets that it names and does not get or that stand in it, risky or hidden ' +
    'instructions. Each finding has its place and a fix. It runs nothing; no finding does not mean that a skill is safe.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scopes: ['tools:read'],
  input: z.strictObject({
    name: skillName().optional().describe('Which skill.'),
    owner: skillOwner().optional().describe('Whose; needed where several people share one of this name.'),
    skillMd: skillContent().optional().describe('A whole SKILL.md, instead of a name.'),
  }),
  output: z.object({
    tokens: z.int().describe('About, of the whole SKILL.md: a token for each four bytes of UTF-8.'),
    findings: z.array(Finding).describe('The worst first.'),
    more: z.int().describe('Findings that are left out.'),
  }),
  handler: async ({ name, owner, skillMd }, context: ToolContext<MarketplaceServices>) => {
    const { tokens, findings, more } = await analyze(
      await analyzedOf({ name, owner, skillMd }, context),
      context.signal,
    );
    return { tokens, findings: [...findings], more };
  },
});

async function analyzedOf(
  { name, owner, skillMd }: { name?: string | undefined; owner?: string | undefined; skillMd?: string | undefined },
  { identity, database, secretNames }: ToolContext<MarketplaceServices>,
): Promise<Analyzed> {
  if ((name === undefined) === (skillMd === undefined)) {
    throw new ToolFailure('Send either the name of a skill or the text of a SKILL.md as skillMd.');
  }
  if (name === undefined) {
    const secrets = identity.subject === undefined ? undefined : await secretNames?.(identity.subject);
    return { name: undefined, skillMd: skillMd ?? '', paths: undefined, texts: [], secrets };
  }
  const db = database.use();
  const skill = await getSkill(db, identity, { name, owner });
  return {
    name,
    skillMd: skillMdOf(skill),
    paths: skill.files.map(({ path }) => path),
    texts: await textsOf(skill, async (digest) => readBlob(db, skill.owner, digest)),
    // What its owner keeps is not the business of others.
    secrets: skill.owner === identity.subject ? await secretNames?.(skill.owner, name) : undefined,
  };
}

async function textsOf(
  { files }: KeptSkill,
  read: (digest: string) => Promise<Uint8Array | undefined>,
): Promise<Analyzed['texts']> {
  const texts: { path: string; text: string }[] = [];
  for (const { path, digest } of files) {
    const bytes = await read(digest);
    const shown = bytes && fileText(bytes);
    if (shown && 'text' in shown) texts.push({ path, text: shown.text });
  }
  return texts;
}
