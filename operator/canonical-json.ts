/** Deeper than any schema that people write; a hostile answer could otherwise exhaust the stack. */
const MAX_DEPTH = 128;

/**
 * One text for one value (RFC 8785, JSON Canonicalization Scheme): members sorted by UTF-16 code units, no white space, numbers and strings
 * as ECMAScript writes them. `value` must come from JSON.parse. Throws RangeError where it is nested too deeply.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError(`JSON nested more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}
