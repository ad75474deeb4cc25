import type { SpecInput } from '../draft.ts';

type Registry = NonNullable<SpecInput['package']>['registry'];

/** A program that fetches a package and runs it. */
interface Runner {
  /** Words that it is called by. */
  readonly begins: readonly string[];
  readonly registry: Registry;
  /** Flags that take no value and change nothing for us. */
  readonly flags: ReadonlySet<string>;
  /** Flags whose value is the package, where the first word is the name of a program in it. */
  readonly packageFlags: ReadonlySet<string>;
}

const NPM = {
  registry: 'npm',
  flags: new Set(['-y', '--yes', '-q', '--quiet', '--silent', '--bun', '--prefer-offline', '--prefer-online', '--']),
  packageFlags: new Set(['-p', '--package']),
} as const;

const PYPI = {
  registry: 'pypi',
  flags: new Set(['-q', '--quiet', '-n', '--no-cache', '--native-tls', '--isolated', '--offline', '--refresh', '--']),
  packageFlags: new Set(['--from', '--spec']),
} as const;

export const RUNNERS: readonly Runner[] = [
  { begins: ['npx'], ...NPM },
  { begins: ['bunx'], ...NPM },
  { begins: ['npm', 'exec'], ...NPM },
  { begins: ['pnpm', 'dlx'], ...NPM },
  { begins: ['yarn', 'dlx'], ...NPM },
  { begins: ['uvx'], ...PYPI },
  { begins: ['uv', 'tool', 'run'], ...PYPI },
  { begins: ['pipx', 'run'], ...PYPI },
];

export interface NamedPackage {
  readonly registry: Registry;
  readonly name: string;
  /** An exact one, or undefined where the words named none or a range. */
  readonly version: string | undefined;
  readonly args: readonly string[];
}

/** The package that the words name, and what it is started with. Undefined where they say more than `spec.package` can hold. */
export function packageOf(runner: Runner, words: readonly string[]): NamedPackage | undefined {
  let named: string | undefined;
  let rest = [...words];
  for (let word = rest[0]; word?.startsWith('-'); word = rest[0]) {
    const [flag = '', value] = word.split('=', 2);
    if (runner.packageFlags.has(flag)) {
      named = value ?? rest[1];
      rest = rest.slice(value === undefined ? 2 : 1);
    } else if (runner.flags.has(word)) rest = rest.slice(1);
    else return undefined;
  }
  const [program, ...args] = rest;
  const found = nameAndVersion(named ?? program ?? '', runner.registry);
  // A program called otherwise than its package cannot be said in `spec.package`.
  if (!found || (named !== undefined && program !== programOf(found.name))) return undefined;
  return { registry: runner.registry, ...found, args };
}

const programOf = (name: string): string => name.split('/').at(-1) ?? '';

const NAME_AND_VERSION: Readonly<Record<Registry, RegExp>> = {
  npm: /^((?:@[A-Za-z0-9][\w.-]*\/)?[A-Za-z0-9][\w.-]*)(?:@(.*))?$/,
  pypi: /^([A-Za-z0-9][\w.-]*)(?:(?:==|@)(.*))?$/,
};

/** Exact versions: of semver three numbers, of PEP 440 at least two. `latest`, `1.x` and `^1.2.3` are none. */
const EXACT: Readonly<Record<Registry, RegExp>> = {
  npm: /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/,
  pypi: /^\d+(?:\.\d+)+(?:[-.+]?[a-z]+[\w.+]*)?$/,
};

function nameAndVersion(text: string, registry: Registry): { name: string; version: string | undefined } | undefined {
  const [, name, version = ''] = NAME_AND_VERSION[registry].exec(text) ?? [];
  return name === undefined ? undefined : { name, version: EXACT[registry].test(version) ? version : undefined };
}
