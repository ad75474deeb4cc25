import { isDeepStrictEqual } from 'node:util';
import { API_VERSION, KIND, McpServerSpec, type McpServerManifest } from './mcpserver.ts';
import { isObject } from './path-pattern.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * `written`, which means `is`, rewritten so that it means `wanted`: what does not differ stays as it was written, and defaults that nobody wrote stay
 * out.
 */
export function rewritten(written: unknown, is: unknown, wanted: unknown): unknown {
  if (isDeepStrictEqual(is, wanted)) return written;
  if (Array.isArray(wanted)) return rewrittenList(asList(written), asList(is), wanted);
  if (!isObject(wanted)) return wanted;
  const [old, meant] = [asFields(written), asFields(is)];
  const kept = Object.keys(old).filter((name) => wanted[name] !== undefined || meant[name] === undefined);
  const changed = Object.keys(wanted).filter((name) => !isDeepStrictEqual(meant[name], wanted[name]));
  return Object.fromEntries(
    [...new Set([...kept, ...changed])].map((name) => [
      name,
      rewritten(old[name], meant[name], wanted[name] ?? meant[name]),
    ]),
  );
}

function rewrittenList(written: readonly unknown[], is: readonly unknown[], wanted: readonly unknown[]): unknown[] {
  return wanted.map((entry) => {
    const same = is.findIndex((other) => isDeepStrictEqual(other, entry));
    const index = same < 0 ? is.findIndex((other) => idOf(other) !== undefined && idOf(other) === idOf(entry)) : same;
    return rewritten(written[index], is[index], entry);
  });
}

/** What tells the entries of the lists of a manifest apart, also of those in a pod template. */
export function idOf(entry: unknown): string | undefined {
  const { name, match } = asFields(entry);
  const id = name ?? match;
  return typeof id === 'string' ? id : undefined;
}

const asFields = (value: unknown): Fields => (isObject(value) ? value : {});
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** What every manifest says that says nothing. */
const DEFAULT_SPEC: Fields = McpServerSpec.parse({});

/** A spec as a person would write it: without what it would mean anyway. */
export const withoutDefaults = (spec: Fields): Fields => rewritten({}, DEFAULT_SPEC, plain(spec)) as Fields;

/** A manifest as a person would write it. */
export const writtenManifest = ({ metadata, spec }: Pick<McpServerManifest, 'metadata' | 'spec'>) => ({
  apiVersion: API_VERSION,
  kind: KIND,
  metadata: plain(metadata),
  spec: withoutDefaults(spec),
});

/** Without fields that are there and undefined, as JSON has it. */
const plain = (value: object): Fields => JSON.parse(JSON.stringify(value)) as Fields;
