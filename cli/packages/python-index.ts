import type { PackageLookup, PackageRef } from './package-lookup.ts';
import { askTool, type ToolRun } from './run-tool.ts';

/** The Python of the images that `mooring build` makes: a package may be there for another one only. */
export const PYTHON_VERSION = '3.13';

/** PEP 508. */
const PYPI_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** Whether pip reads `name` as the name of a package. */
export const isPypiName = (name: string): boolean => PYPI_NAME.test(name);

/** Ways to run pip, the surest first. */
const PIPS: readonly (readonly [string, ...string[]])[] = [['python3', '-m', 'pip'], ['pip3'], ['pip']];

/** Asks pip for wheels: to look at what is not built yet would run code of its author. */
export async function lookUpPypi({ name, version }: PackageRef, signal?: AbortSignal): Promise<PackageLookup> {
  if (!isPypiName(name)) return { kind: 'no_package' };
  const run = await pip(
    ['index', 'versions', '--pre', '--only-binary=:all:', `--python-version=${PYTHON_VERSION}`, name],
    signal,
  );
  if (!run) return { kind: 'not_asked', reason: 'There is no pip on the PATH.' };
  if (/^ERROR: No matching distribution/m.test(run.stderr)) {
    // pip says so as well where it reached nobody, after a line for each attempt.
    return /Retrying|connection|HTTPError|SSLError/i.test(run.stderr) ? UNANSWERED : { kind: 'no_package' };
  }
  const [, list] = /^Available versions: (.*)$/m.exec(run.stdout) ?? [];
  if (run.code !== 0 || list === undefined) return UNANSWERED;
  const newestFirst = list.split(',').map((each) => each.trim());
  if (newestFirst.some((each) => normalized(each) === normalized(version))) return { kind: 'found' };
  const latest = newestFirst.find((each) => /^[\d.]+$/.test(each)) ?? newestFirst[0];
  return { kind: 'no_version', versions: newestFirst.reverse(), ...(latest !== undefined && { latest }) };
}

const UNANSWERED: PackageLookup = {
  kind: 'not_asked',
  reason: 'pip could not ask its index. `pip index versions pip` says why; it takes pip 21.2 or newer.',
};

async function pip(args: readonly string[], signal: AbortSignal | undefined): Promise<ToolRun | undefined> {
  for (const [command, ...before] of PIPS) {
    const run = await askTool(
      command,
      [...before, '--disable-pip-version-check', '--no-input', '--no-color', ...args],
      { signal },
    );
    if (run && !run.stderr.includes('No module named pip')) return run;
  }
  return undefined;
}

/** Two spellings of one version (PEP 440) are the same text: `V1.0.0`, `1` and `1.0`; `2.0.0rc1` and `2.0-rc.1`. */
const normalized = (version: string): string =>
  version
    .toLowerCase()
    .replace(/^v/, '')
    .replaceAll(/[-_.]?(a|b|rc|post|dev)[-_.]?(?=\d)/g, '$1')
    .replace(/^(\d+(?:\.\d+)*?)(?:\.0+)+(?![.\d])/, '$1');
