// Writes the page of the artifact viewer, one document with everything in it, from kit/artifacts/viewer. `--check` only says
// whether it is stale.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';

const VIEWER = join(import.meta.dirname, 'kit', 'artifacts', 'viewer');
const TARGET = join(import.meta.dirname, 'kit', 'artifacts', 'viewer.json');

/** The page as a module: what is compiled takes JSON along, and no HTML. */
export async function viewerModule(): Promise<string> {
  const [page, style, script] = [await source('page.html'), await source('page.css'), await bundled()];
  // Nothing but this script and this style runs, whatever else got in: not even inline (CSP 3, "hash-source").
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  // As functions: `$` in a script means nothing there.
  const html = page
    .replace('<!-- policy -->', () => `<meta http-equiv="Content-Security-Policy" content="${policy}" />`)
    .replace('<!-- style -->', () => `<style>${style}</style>`)
    .replace('<!-- script -->', () => `<script>${script}</script>`);
  return `${JSON.stringify({ html }, undefined, 2)}\n`;
}

const source = async (name: string): Promise<string> => readFile(join(VIEWER, name), 'utf8');

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

async function bundled(): Promise<string> {
  await using bundle = await rolldown({ input: join(VIEWER, 'main.ts'), platform: 'browser' });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  const [{ code }] = output;
  if (/<\/script/i.test(code)) throw new Error('The script of the viewer would end its own element.');
  return code;
}

async function main(check: boolean): Promise<void> {
  const content = await viewerModule();
  if (!check) return writeFile(TARGET, content);
  if (content === (await readFile(TARGET, 'utf8').catch(() => ''))) return;
  console.error(`${relative(process.cwd(), TARGET)} is stale: run \`npm run generate\` and commit the result.`);
  process.exitCode = 1;
}

if (import.meta.main) await main(process.argv.includes('--check'));
