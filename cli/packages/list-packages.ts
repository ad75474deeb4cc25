import { dirname, join, relative, resolve } from 'node:path';
import { formatProblem } from '../../crds/problem.ts';
import type { ParsedManifest } from '../../crds/validate.ts';
import { BUNDLED_SERVERS } from '../../core/bundled-servers.ts';
import { findProgram } from '../../operator/local/find-program.ts';
import { machineVariables } from '../../operator/local/machine-variables.ts';
import { chooseBuilder, type Builder } from '../build/builder.ts';
import { imageTag } from '../build/image-tag.ts';
import { recipeOf, type Recipe } from '../build/recipe.ts';
import { manifestFolders } from '../manifest-folders.ts';
import { packageFolder } from '../package-folder.ts';
import { foundServers } from './found-servers.ts';

/** A server that is here, or that can be made here. Fields are added, never renamed: it is printed as JSON. */
export interface ListedPackage {
  readonly name: string;
  /** A Dockerfile, a package or a program beside its manifest, which `mooring build` builds; an image or a program from elsewhere; or our own. */
  readonly kind: 'folder' | 'package' | 'program' | 'image' | 'path' | 'bundled';
  /** Where it comes from. */
  readonly source: string;
  /** The image that a cluster would run, where it has a name. */
  readonly image?: string;
  /** Whether this machine has that image; null where it has none, or nothing here can tell. */
  readonly built: boolean | null;
  /** Whether `mooring up` finds its program; null where it runs none. */
  readonly installed: boolean | null;
  readonly manifest?: { readonly file: string; readonly line: number };
}

/** The servers of the manifests in a folder, in the folders directly in it and where `mooring up` looks; and those that Mooring brings along. */
export async function listPackages(folder: string): Promise<readonly ListedPackage[]> {
  const found = new Map<string, ParsedManifest>();
  for (const each of [folder, ...manifestFolders(undefined)]) {
    const { servers, problems } = await foundServers(each);
    for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
    for (const server of servers) found.set(`${resolve(server.file)}:${server.line}`, server);
  }
  // What builds by a command of somebody's own may still keep its images with one of these.
  const builder = await chooseBuilder(undefined, { ...process.env, MOORING_IMAGE_BUILDER: '' }).catch(() => undefined);
  const listed = await Promise.all([...found.values()].map(async (server) => describe(server, builder)));
  const packages = listed.flat();
  const bundled = Object.keys(BUNDLED_SERVERS)
    .filter((name) => !packages.some((each) => each.kind === 'bundled' && each.name === name))
    .map(bundledServer);
  return [...packages, ...bundled].sort((a, b) => a.name.localeCompare(b.name));
}

const bundledServer = (name: string): ListedPackage => ({
  name,
  kind: 'bundled',
  source: `mooring server ${name}`,
  built: null,
  installed: true,
});

/** Empty for a server that runs elsewhere. */
async function describe(server: ParsedManifest, builder: Builder | undefined): Promise<readonly ListedPackage[]> {
  const { manifest, file, line } = server;
  if (manifest.spec.remote) return [];
  const recipe = await recipeOf(server);
  // Without a name there is nothing that could be built or not.
  const image = await nameOf(server, recipe);
  return [
    {
      name: manifest.metadata.name,
      ...origin(server, recipe),
      ...(image !== undefined && { image }),
      built: image !== undefined && builder?.has ? await builder.has(image) : null,
      installed: await isInstalled(server),
      manifest: { file, line },
    },
  ];
}

function origin({ manifest: { spec } }: ParsedManifest, recipe: Recipe): Pick<ListedPackage, 'kind' | 'source'> {
  const { image, binary = '', args = [] } = spec;
  switch (recipe.kind) {
    case 'folder':
      return { kind: 'folder', source: relative('', join(recipe.folder, 'Dockerfile')) };
    case 'package':
      return { kind: 'package', source: `${recipe.ref.registry}:${recipe.ref.name}@${recipe.ref.version}` };
    case 'program':
      return { kind: 'program', source: relative('', resolve(recipe.folder, recipe.binary)) };
    case 'none':
      if (image !== undefined) return { kind: 'image', source: image };
      return { kind: binary === 'mooring' ? 'bundled' : 'path', source: [binary, ...args].join(' ') };
    default:
      return recipe satisfies never;
  }
}

const nameOf = async ({ manifest }: ParsedManifest, recipe: Recipe): Promise<string | undefined> =>
  manifest.spec.image ?? (await imageTag(manifest, recipe).catch(() => undefined));

async function isInstalled({ manifest, file }: ParsedManifest): Promise<boolean | null> {
  const { binary } = manifest.spec;
  if (binary === undefined) return null;
  const { PATH } = machineVariables(join(packageFolder(), 'bin'), '');
  return typeof (await findProgram(binary, { path: PATH, folder: resolve(dirname(file)) })) === 'string';
}
