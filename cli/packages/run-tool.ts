import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a program of this machine ended. */
export interface ToolRun {
  /** Undefined where a signal ended it: it took too long, or wrote too much. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Until it is ended. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** ms, where a tool is asked something: a registry far away may take its time. */
const TIMEOUT_MS = 60_000;

/** Bytes. The versions of the largest packages of npm take 1 MiB. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/** Runs a program that is found on PATH, without a shell and without a terminal. Undefined where there is no such program. Never throws. */
export async function runTool(
  command: string,
  args: readonly string[],
  { env = process.env, cwd, timeoutMs = TIMEOUT_MS, signal }: ToolOptions = {},
): Promise<ToolRun | undefined> {
  return new Promise((resolve) => {
    const options = { env, cwd, timeout: timeoutMs, maxBuffer: MAX_OUTPUT, signal };
    const child = execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT' || error?.code === 'EACCES') return resolve(undefined);
      resolve({ code: error ? numberOf(error.code) : 0, stdout, stderr });
    });
    // It has nobody to ask.
    child.stdin?.end();
  });
}

/**
 * The same in an empty folder of its own. Package managers take settings and code from where they stand (npm a `.npmrc` that can send variables of the
 * environment to its registry, Python modules beside `-m`), and a folder of manifests may be a stranger's.
 */
export async function askTool(
  command: string,
  args: readonly string[],
  options: Omit<ToolOptions, 'cwd'> = {},
): Promise<ToolRun | undefined> {
  const cwd = await mkdtemp(join(tmpdir(), 'mooring-ask-'));
  try {
    // npm looks for the root of a project in the folders above, and those of everybody's temporary files are everybody's.
    await writeFile(join(cwd, 'package.json'), '{}');
    return await runTool(command, args, { ...options, cwd });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

const numberOf = (code: unknown): number | undefined => (typeof code === 'number' ? code : undefined);
