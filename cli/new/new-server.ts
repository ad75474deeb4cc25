import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { McpServerSpec } from '../../crds/mcpserver.ts';
import { printable } from '../../crds/problem.ts';
import { SERVICE_NAME, SERVICE_NAME_LENGTH, SERVICE_NAME_WORDS } from '../../crds/text.ts';
import { Failure } from '../../core/failure.ts';
import { packageFolder } from '../package-folder.ts';
import { packMooring } from './pack-mooring.ts';
import { writeTemplate, type Language } from './template.ts';

export interface NewServerOptions {
  readonly language: Language;
  readonly folder?: string;
  readonly image?: string;
}

/**
 * Writes a server that works, into a folder that is new or empty, whole or not at all. Throws `usage` for a name or an image that a manifest
 * cannot have, `folder_not_empty`, `folder_unusable`.
 */
export async function newServer(name: string, { language, folder = name, image }: NewServerOptions): Promise<void> {
  if (!SERVICE_NAME.test(name) || name.length > SERVICE_NAME_LENGTH) {
    throw new Failure('usage', `"${printable(name)}" cannot be the name of a server: write ${SERVICE_NAME_WORDS}.`);
  }
  if (image !== undefined && !McpServerSpec.shape.image.safeParse(image).success) {
    throw new Failure('usage', `"${printable(image)}" is no image: write for example ghcr.io/example/${name}:0.1.0.`);
  }
  const wasThere = await makeEmpty(folder);
  try {
    const tarball = language === 'typescript' ? await packMooring(join(folder, 'vendor')) : '';
    const files = await writeTemplate(language, folder, {
      SERVER_NAME: name,
      SERVER_IMAGE: image ?? `registry.example.com/${name}:0.1.0`,
      MOORING_TARBALL: tarball,
      versions: await ownVersions(),
    });
    for (const file of files) process.stdout.write(`${join(folder, file)}\n`);
  } catch (error) {
    for (const entry of await readdir(folder)) await rm(join(folder, entry), { recursive: true });
    if (!wasThere) await rm(folder, { recursive: true });
    throw error;
  }
  process.stderr.write(nextSteps(language, relative('', resolve(folder)) || '.'));
}

/** Makes the folder; answers whether it was there, empty. */
async function makeEmpty(folder: string): Promise<boolean> {
  try {
    // Its parents may be there or not; undefined says that it was.
    const made = await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return made === undefined;
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new Failure(
      'folder_unusable',
      `${printable(folder)} cannot be made (${code}). Name another one by --folder.`,
    );
  }
  throw new Failure(
    'folder_not_empty',
    `${printable(folder)} is not empty, and nothing in it is written over. Name another one by --folder.`,
  );
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
