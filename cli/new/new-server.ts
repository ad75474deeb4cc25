import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { McpServerSpec } from '../../crds/mcpserver.ts';
import { printable } from '../../crds/problem.ts';
import { SERVICE_NAME, SERVICE_NAME_LENGTH, SERVICE_NAME_WORDS } from '../../crds/text.ts';
import { Failure } from '../../core/failure.ts';
import { interruptible } from '../interruptible.ts';
import { progressLine } from '../output/progress-line.ts';
import { packageFolder } from '../package-folder.ts';
import { freshFolder } from './fresh-folder.ts';
import { packMooring } from './pack-mooring.ts';
import { writeTemplate, type Language } from './template.ts';

export interface NewServerOptions {
  readonly language: Language;
  readonly folder?: string;
  readonly image?: string;
}

/**
 * Writes a server that works, into a folder that is new or empty, whole or not at all. Ctrl-C leaves nothing of it. Throws `usage` for a name or an image that a manifest
 * cannot have, and what `freshFolder` and `packMooring` throw.
 */
export async function newServer(name: string, { language, folder = name, image }: NewServerOptions): Promise<void> {
  if (!SERVICE_NAME.test(name) || name.length > SERVICE_NAME_LENGTH) {
    throw new Failure('usage', `"${printable(name)}" cannot be the name of a server: write ${SERVICE_NAME_WORDS}.`);
  }
  if (image !== undefined && !McpServerSpec.shape.image.safeParse(image).success) {
    throw new Failure('usage', `"${printable(image)}" is no image: write for example ghcr.io/example/${name}:0.1.0.`);
  }
  let files: readonly string[] = [];
  await interruptible(async (signal) =>
    freshFolder(folder, async (draft) => {
      files = await writeTemplate(language, draft, {
        SERVER_NAME: name,
        SERVER_IMAGE: image ?? `registry.example.com/${name}:0.1.0`,
        MOORING_TARBALL: language === 'typescript' ? await packed(join(draft, 'vendor'), signal) : '',
        versions: await ownVersions(),
      });
    }),
  );
  for (const file of files) process.stdout.write(`${join(folder, file)}\n`);
  process.stderr.write(nextSteps(language, relative('', resolve(folder)) || '.'));
}

/** It takes a while, in a checkout above all. */
async function packed(folder: string, signal: AbortSignal): Promise<string> {
  const progress = progressLine();
  progress?.show('packing Mooring …');
  return packMooring(folder, signal).finally(() => progress?.clear());
}

/** Versions of what Mooring itself is built from: a new server begins with the same. */
async function ownVersions(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(packageFolder(), 'package.json'), 'utf8');
  const { dependencies, devDependencies } = JSON.parse(text) as Record<string, Record<string, string>>;
  return { ...devDependencies, ...dependencies };
}

const SETUP: Readonly<Record<Language, string>> = {
  typescript: 'npm install && npm test',
  python: 'python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.txt && .venv/bin/pytest',
};

const nextSteps = (language: Language, folder: string): string => `
Next:
  cd '${folder.replaceAll("'", String.raw`'\''`)}'
  ${SETUP[language]}
  mooring up --manifests .
`;
