// Writes what the chart takes from elsewhere: values from values.ts, the CRD from crds/, bundled servers from examples/local.
// `--check` only says what is stale.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parse, stringify } from 'yaml';
import { BUNDLED_SERVERS } from '../core/bundled-servers.ts';
import { generatedFiles as generatedFromCrds } from '../crds/generate.ts';
import packageJson from '../package.json' with { type: 'json' };
import { bundledManifest } from './bundled-manifest.ts';
import { valuesFiles } from './values-files.ts';

const CHART = join(import.meta.dirname, 'mooring');
const ROOT = join(import.meta.dirname, '..');

/** Everything of the chart that is written from another source: where, and what. */
export async function generatedFiles(): Promise<{ readonly path: string; readonly content: string }[]> {
  const values = valuesFiles();
  const crd = generatedFromCrds().find(({ path }) => path.endsWith('_mcpservers.yaml'));
  const chart = parse(await readFile(join(CHART, 'Chart.yaml'), 'utf8')) as Record<string, unknown>;
  return [
    { path: join(CHART, 'values.yaml'), content: values.yaml },
    { path: join(CHART, 'values.schema.json'), content: values.schema },
    { path: join(ROOT, 'docs', 'helm-values.md'), content: values.table },
    { path: join(CHART, 'files', 'mooring.dev_mcpservers.yaml'), content: crd?.content ?? '' },
    {
      path: join(CHART, 'Chart.yaml'),
      content: stringify({ ...chart, version: packageJson.version, appVersion: packageJson.version }, { lineWidth: 0 }),
    },
    ...(await Promise.all(
      Object.keys(BUNDLED_SERVERS).map(async (name) => ({
        path: join(CHART, 'files', 'servers', `${name}.yaml`),
        content: bundledManifest(await readFile(join(ROOT, 'examples', 'local', `${name}.yaml`), 'utf8')),
      })),
    )),
  ];
}

/** Those that are not what their sources say now. */
export async function staleFiles(): Promise<string[]> {
  const files = await generatedFiles();
  const there = await Promise.all(files.map(({ path }) => readFile(path, 'utf8').catch(() => undefined)));
  return files.filter(({ content }, index) => content !== there[index]).map(({ path }) => relative(ROOT, path));
}

async function main(check: boolean): Promise<void> {
  if (check) {
    const stale = await staleFiles();
    for (const path of stale) console.error(`${path} is stale: run \`npm run generate\` and commit the result.`);
    if (stale.length > 0) process.exitCode = 1;
    return;
  }
  for (const { path, content } of await generatedFiles()) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

if (import.meta.main) await main(process.argv.includes('--check'));
