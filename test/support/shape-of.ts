/** The shape of a JSON value, for snapshots of formats that must stay stable: names of fields and types of values; of a list, what its entries have in common. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [value.map(shapeOf).reduce(merged)];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, shapeOf(field)]),
  );
}

function merged(a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b].length === 0 ? [] : [[...a, ...b].reduce(merged)];
  if (!isShape(a) || !isShape(b)) return either(a, b);
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(
    names.map((name) => {
      const plain = name.replace(/\?$/, '');
      const both = plain in a && plain in b;
      if (both) return [plain, merged(a[plain], b[plain])];
      return [`${plain}?`, a[plain] ?? a[`${plain}?`] ?? b[plain] ?? b[`${plain}?`]];
    }),
  );
}

const isShape = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `null or string`: each of the types once. */
const either = (...types: readonly unknown[]): string =>
  [...new Set(types.flatMap((type) => String(type).split(' or ')))].sort().join(' or ');
