import type { PackageLookup, PackageRef } from './package-lookup.ts';
import { askTool } from './run-tool.ts';

/** What npm takes as the name of a package; what else it is given it reads as a folder, a tarball or a repository, and fetches that. */
const NPM_NAME = /^(?!.*\.(?:tgz|tar|tar\.gz)$)(?:@[a-z0-9][\w.~-]*\/)?[A-Za-z0-9][\w.~-]*$/;

/** Whether npm reads `name` as the name of a package. */
export const isNpmName = (name: string): boolean => NPM_NAME.test(name);

interface Described {
  readonly versions?: readonly string[] | string;
  readonly 'dist-tags'?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly error?: { readonly code?: string };
}

/** Asks npm. */
export async function lookUpNpm({ name, version }: PackageRef, signal?: AbortSignal): Promise<PackageLookup> {
  if (!isNpmName(name)) return { kind: 'no_package' };
  const described = await view(name, ['versions', 'dist-tags'], signal);
  if (described.kind !== 'found') return described;
  const versions = listOf(described.fields.versions);
  // Its author has taken every one back.
  if (versions.length === 0) return { kind: 'no_package' };
  const latest = described.fields['dist-tags']?.['latest'];
  if (!versions.includes(version)) return { kind: 'no_version', versions, ...(latest !== undefined && { latest }) };
  const programs = await view(`${name}@${version}`, ['bin'], signal);
  return { kind: 'found', ...(programs.kind === 'found' && { programs: Object.keys(programs.fields.bin ?? {}) }) };
}

type View = { readonly kind: 'found'; readonly fields: Described } | Exclude<PackageLookup, { kind: 'found' }>;

async function view(
  spec: string,
  fields: readonly ['bin'] | readonly ['versions', 'dist-tags'],
  signal: AbortSignal | undefined,
): Promise<View> {
  const run = await askTool('npm', ['view', '--json', '--loglevel=silent', spec, ...fields], { signal });
  if (!run) return { kind: 'not_asked', reason: 'There is no npm on the PATH.' };
  const answer = parsed(run.stdout);
  if (answer?.error?.code === 'E404') return { kind: 'no_package' };
  if (run.code !== 0 || !answer || answer.error) return { kind: 'not_asked', reason: unanswered(answer?.error?.code) };
  // npm prints a field that was asked for alone without its name.
  return { kind: 'found', fields: fields.length === 1 ? { bin: answer as Described['bin'] & object } : answer };
}

const unanswered = (code: string | undefined): string =>
  `npm could not ask its registry${code === undefined ? '' : ` (${code.replaceAll(/\W/g, '')})`}. \`npm ping\` says why.`;

/** npm prints nothing where no field has a value. */
function parsed(text: string): Described | undefined {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** npm prints a list of one as its only entry. */
const listOf = (value: readonly string[] | string | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;
