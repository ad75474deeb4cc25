// Writes deploy/install.yaml from the chart, for people without Helm; `--check` only says whether it is stale. Needs Helm, as
// the tests of the chart do, so it is one of them that looks.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { helm } from '../test/support/kubernetes-tools.ts';

const NAMESPACE = 'mooring-system';
const TARGET = join(import.meta.dirname, '..', 'deploy', 'install.yaml');

/** Labels that say that Helm keeps these objects, which here it does not. */
const OF_HELM = /^ +(app\.kubernetes\.io\/managed-by: Helm|helm\.sh\/chart: .*)\n/gm;

/** Every object of the chart with its default values, and the namespace, which Helm would make. */
export async function installYaml(): Promise<string> {
  const chart = join(import.meta.dirname, 'mooring');
  const rendered = await helm('template', 'mooring', chart, '--namespace', NAMESPACE, '--set', 'crds.keep=false');
  return `# Written by \`npm run generate\` from charts/mooring; do not edit. kubectl apply --server-side -f install.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: ${NAMESPACE}
  labels:
    pod-security.kubernetes.io/enforce: restricted
${rendered.replaceAll(OF_HELM, '')}`;
}

async function main(check: boolean): Promise<void> {
  const content = await installYaml();
  if (!check) {
    await mkdir(dirname(TARGET), { recursive: true });
    return writeFile(TARGET, content);
  }
  if ((await readFile(TARGET, 'utf8').catch(() => undefined)) === content) return;
  console.error('deploy/install.yaml is stale: run `npm run generate` and commit the result.');
  process.exitCode = 1;
}

if (import.meta.main) await main(process.argv.includes('--check'));
