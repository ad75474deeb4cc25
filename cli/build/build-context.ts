import { copyFile, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { packageDockerfile, programDockerfile } from './dockerfile.ts';
import { packageProgram } from './package-program.ts';
import { programBase } from './program-base.ts';
import { programFile } from './program-file.ts';
import { isBareName, type Recipe } from './recipe.ts';

/** What a builder is given. */
export interface BuildContext {
  /** Its content; undefined where it lies in the folder already. */
  readonly dockerfile?: string;
  /** Gives `work` the folder, which is gone afterwards where it was made for that. */
  use<Result>(work: (folder: string) => Promise<Result>): Promise<Result>;
}

export interface ContextOptions {
  /** The program of a package, where that brings several. */
  readonly program: string | undefined;
  readonly note: (text: string) => void;
}

/** Makes nothing yet but checks everything. Throws a Failure for what cannot be built. */
export async function buildContext(
  recipe: Exclude<Recipe, { kind: 'none' }>,
  { program, note }: ContextOptions,
): Promise<BuildContext> {
  switch (recipe.kind) {
    case 'folder':
      return { use: async (work) => work(recipe.folder) };
    case 'package':
      return generated(packageDockerfile(recipe.ref, await packageProgram(recipe.ref, program, note)));
    case 'program': {
      const file = await programFile(recipe);
      const path = relative(recipe.folder, resolve(recipe.folder, recipe.binary));
      note(`Only ${path} goes into the image: what it needs beside a Node, a Python or Debian has to be in it.`);
      return generated(programDockerfile(path, await programBase(file), isBareName(recipe.binary)), { path, file });
    }
    default:
      return recipe satisfies never;
  }
}

function generated(dockerfile: string, program?: { readonly path: string; readonly file: string }): BuildContext {
  return {
    dockerfile,
    async use(work) {
      const folder = await mkdtemp(join(tmpdir(), 'mooring-build-'));
      try {
        if (program) await copyProgram(program.file, join(folder, program.path));
        await writeFile(join(folder, 'Dockerfile'), dockerfile);
        return await work(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function copyProgram(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  // The mode goes into the image; the user there is neither its owner nor of its group.
  await chmod(to, 0o755);
}
