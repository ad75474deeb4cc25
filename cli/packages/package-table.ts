import { printable } from '../../crds/problem.ts';
import { table } from '../output/table.ts';
import type { ListedPackage } from './list-packages.ts';

/** For people: a row for each, and what to do next. */
export function packageTable(packages: readonly ListedPackage[], wide: boolean): string {
  const heading = ['NAME', 'KIND', 'SOURCE', 'BUILT', 'INSTALLED', ...(wide ? ['IMAGE', 'MANIFEST'] : [])];
  const rows = packages.map(({ name, kind, source, built, installed, image = '-', manifest }) => [
    name,
    kind,
    printable(source),
    inWord(built),
    inWord(installed),
    ...(wide ? [image, manifest ? `${printable(manifest.file)}:${manifest.line}` : '-'] : []),
  ]);
  return table([heading, ...rows]);
}

const inWord = (is: boolean | null): string => (is === null ? '-' : is ? 'yes' : 'no');
