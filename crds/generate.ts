import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { customResourceDefinition } from './custom-resource-definition.ts';
import { fieldReference } from './field-reference.ts';

/** Everything that is written from the model: where, and what. */
export const generatedFiles = (): readonly { readonly path: string; readonly content: string }[] => [
  {
    path: join(import.meta.dirname, 'mooring.dev_mcpservers.yaml'),
    content: `# Written by \`node crds/generate.ts\` from the model in crds/mcpserver.ts; do not edit.\n${stringify(
      customResourceDefinition(),
      // kubectl reads YAML 1.1: `yes` and the like are quoted.
      { lineWidth: 140, aliasDuplicateObjects: false, compat: 'yaml-1.1' },
    )}`,
  },
  { path: join(import.meta.dirname, '..', 'docs', 'mcpserver.md'), content: fieldReference() },
];

/** Those of the generated files that are not what the model says now. */
export async function staleFiles(): Promise<string[]> {
  const checked = await Promise.all(
    generatedFiles().map(async ({ path, content }) => ({
      path: relative(process.cwd(), path),
      stale: (await readFile(path, 'utf8').catch(() => undefined)) !== content,
    })),
  );
  return checked.filter(({ stale }) => stale).map(({ path }) => path);
}

async function main(check: boolean): Promise<void> {
  if (!check) {
    await Promise.all(generatedFiles().map(({ path, content }) => writeFile(path, content)));
    return;
  }
  const stale = await staleFiles();
  for (const path of stale) console.error(`${path} is stale: run \`node crds/generate.ts\` and commit the result.`);
  if (stale.length > 0) process.exitCode = 1;
}

if (import.meta.main) await main(process.argv.includes('--check'));
