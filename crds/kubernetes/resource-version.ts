/** Negative where `a` is older. Resource versions are whole numbers without leading zeros that grow with every write (KEP-5504). */
export function compareResourceVersions(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
