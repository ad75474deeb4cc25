/** The longest text that is worth comparing; the cost grows with the square of it. */
const MAX_LENGTH = 64;

/** The known name that was probably meant, if one is near: another spelling (`client_id` for `clientId`) or a few letters off. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  if (written.length > MAX_LENGTH) return undefined;
  const wanted = plain(written);
  // A third of the letters may differ: `scpoes` is `scopes`, `foo` is not `env`.
  let best: { name: string | undefined; distance: number } = {
    name: undefined,
    distance: Math.floor(Math.max(3, wanted.length) / 3) + 1,
  };
  for (const name of known) {
    const distance = editDistance(wanted, plain(name));
    if (distance < best.distance) best = { name, distance };
  }
  // Too far away, but one is short for the other: `environment` is `env`.
  return best.name ?? known.find((name) => isShortFor(plain(name), wanted) || isShortFor(wanted, plain(name)));
}

const isShortFor = (short: string, long: string): boolean => short.length >= 3 && long.startsWith(short);

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
