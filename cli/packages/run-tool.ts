import { execFile } from 'node:child_process';

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

const numberOf = (code: unknown): number | undefined => (typeof code === 'number' ? code : undefined);
