import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { printable } from '../../crds/problem.ts';
import type { ParsedManifest } from '../../crds/validate.ts';
import type { PackageRef } from '../packages/package-lookup.ts';

/** How the image of a server is made. */
export type Recipe =
  /** By the Dockerfile beside its manifest. */
  | { readonly kind: 'folder'; readonly folder: string }
  /** From a package of a registry, by a Dockerfile of ours. */
  | { readonly kind: 'package'; readonly ref: PackageRef }
  /** From one program, by a Dockerfile of ours; `binary` is relative to the folder of the manifest, or the bare name of a file in it. */
  | { readonly kind: 'program'; readonly folder: string; readonly binary: string }
  /** Not at all. `why` is a sentence that says what would help. */
  | { readonly kind: 'none'; readonly why: string };

/** Looks at what lies beside the manifest. */
export async function recipeOf({ manifest, file }: Pick<ParsedManifest, 'manifest' | 'file'>): Promise<Recipe> {
  const { spec } = manifest;
  const { image, binary } = spec;
  const folder = resolve(dirname(file));
  if (spec.remote) return none('It runs elsewhere (spec.remote), so nothing of it is built.');
  if (spec.package) return { kind: 'package', ref: spec.package };
  if (await isFile(join(folder, 'Dockerfile'))) return { kind: 'folder', folder };
  if (binary === 'mooring') return none('It is a bundled server and runs in the image of Mooring itself.');
  if (binary !== undefined && (!isBareName(binary) || (await isFile(join(folder, binary))))) {
    return { kind: 'program', folder, binary };
  }
  if (image !== undefined) {
    return none(`Its image ${image} comes from elsewhere: there is no Dockerfile in ${printable(folder)}.`);
  }
  return none(
    `${binary} is found on the PATH of a laptop, which an image does not have. ` +
      `Put the program into ${printable(folder)}, as ${binary}; or a Dockerfile, and \`image:\` into the manifest.`,
  );
}

/** Whether PATH says where a program is. */
export const isBareName = (binary: string): boolean => !binary.includes('/');

const none = (why: string): Recipe => ({ kind: 'none', why });

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
