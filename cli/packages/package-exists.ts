import { lookUpNpm } from './npm-registry.ts';
import type { PackageLookup, PackageRef } from './package-lookup.ts';
import { lookUpPypi } from './python-index.ts';

const REGISTRIES: Readonly<
  Record<PackageRef['registry'], (ref: PackageRef, signal?: AbortSignal) => Promise<PackageLookup>>
> = {
  npm: lookUpNpm,
  pypi: lookUpPypi,
};

/**
 * Asks the registry whether this version of a package is there, by the package manager of this machine and with its settings (mirrors, private
 * registries, credentials). Downloads and runs nothing of the package. `signal` ends it, and nobody was asked then. Never throws.
 */
export async function packageExists(ref: PackageRef, signal?: AbortSignal): Promise<PackageLookup> {
  const answer = await REGISTRIES[ref.registry](ref, signal);
  if (answer.kind !== 'no_package') return answer;
  const other = ref.registry === 'npm' ? 'pypi' : 'npm';
  const { kind } = await REGISTRIES[other]({ ...ref, registry: other }, signal);
  return kind === 'found' || kind === 'no_version' ? { ...answer, elsewhere: other } : answer;
}
