import { nearestName } from '../../crds/nearest-name.ts';
import { printable } from '../../crds/problem.ts';
import type { ParsedManifest } from '../../crds/validate.ts';
import { Failure } from '../../core/failure.ts';
import { recipeOf, type Recipe } from './recipe.ts';

export interface Chosen {
  readonly server: ParsedManifest;
  readonly recipe: Exclude<Recipe, { kind: 'none' }>;
}

/**
 * The servers of these names, or all that can be built where there are no names. Throws `unknown_server`, `cannot_build` and `nothing_to_build`,
 * each with what would help.
 */
export async function chooseServers(
  servers: readonly ParsedManifest[],
  names: readonly string[],
  folder: string,
): Promise<readonly Chosen[]> {
  for (const name of names) if (!servers.some(isCalled(name))) throw unknownServer(name, servers, folder);
  const wanted =
    names.length === 0 ? servers : servers.filter((server) => names.some((name) => isCalled(name)(server)));
  const chosen: Chosen[] = [];
  const reasons: string[] = [];
  for (const server of wanted) {
    const recipe = await recipeOf(server);
    if (recipe.kind === 'none') reasons.push(`${server.manifest.metadata.name}: ${recipe.why}`);
    else chosen.push({ server, recipe });
  }
  if (names.length > 0 && reasons.length > 0) throw new Failure('cannot_build', reasons.join('\n'));
  if (chosen.length > 0) return chosen;
  throw new Failure('nothing_to_build', [nothingIn(folder), ...reasons].join('\n'));
}

const isCalled =
  (name: string) =>
  ({ manifest }: ParsedManifest): boolean =>
    manifest.metadata.name === name;

function unknownServer(name: string, servers: readonly ParsedManifest[], folder: string): Failure {
  const nearest = nearestName(
    name,
    servers.map(({ manifest }) => manifest.metadata.name),
  );
  const hint = nearest === undefined ? '`mooring list-packages` shows what is there.' : `Did you mean ${nearest}?`;
  return new Failure(
    'unknown_server',
    `No manifest in ${printable(folder)} or in a folder directly in it names a server "${printable(name)}". ${hint}`,
  );
}

const nothingIn = (folder: string): string =>
  `Nothing in ${printable(folder)} or in a folder directly in it can be built. \`mooring new server NAME\` writes something that can.`;
