import { nearestName } from '../../crds/nearest-name.ts';
import { printable } from '../../crds/problem.ts';
import type { PackageLookup, PackageRef } from './package-lookup.ts';

const TITLES: Readonly<Record<PackageRef['registry'], string>> = { npm: 'npm', pypi: 'PyPI' };

/** What is wrong with `spec.package`, and what was probably meant: sentences for a person. */
export function packageProblem(
  { registry, name, version }: PackageRef,
  lookup: Extract<PackageLookup, { kind: 'no_package' | 'no_version' }>,
): string {
  const title = TITLES[registry];
  if (lookup.kind === 'no_package') {
    const hint =
      lookup.elsewhere === undefined
        ? 'Correct spec.package.name; a private package needs the sign-in of your package manager.'
        : `${TITLES[lookup.elsewhere]} has one: did you mean \`registry: ${lookup.elsewhere}\`?`;
    return `There is no package "${printable(name)}" at ${title}. ${hint}`;
  }
  const { latest, versions } = lookup;
  const near = nearestVersion(version, versions);
  const hints = [
    ...(near === undefined ? [] : [`Near it is ${printable(near)}.`]),
    ...(latest === undefined || latest === near ? [] : [`The newest is ${printable(latest)}.`]),
  ];
  const what =
    registry === 'pypi'
      ? `no wheel of ${printable(name)} ${printable(version)}`
      : `${printable(name)} has no version ${printable(version)}`;
  const sentence = registry === 'pypi' ? `${title} has ${what}.` : `At ${title}, ${what}.`;
  return [sentence, ...hints, 'Correct spec.package.version.'].join(' ');
}

/** The version that was probably meant: one of the same beginning, or a few letters off; of several the newest. */
function nearestVersion(wanted: string, versions: readonly string[]): string | undefined {
  const newestFirst = versions.toReversed();
  const line = wanted.split('.').slice(0, 2).join('.');
  return newestFirst.find((each) => each === line || each.startsWith(`${line}.`)) ?? nearestName(wanted, newestFirst);
}
