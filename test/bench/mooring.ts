import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { end, startPinned } from './pinned.ts';
import type { Target } from './target.ts';
import { CALL, CALL_HEADERS } from './tool-call.ts';

const LAUNCHER = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

/** Seconds until `mooring up` and the backend must have answered, the making of the database included. */
const START = 60;

/**
 * The real thing: `mooring up` (gateway and operator in one process) on its core, with a token of its own authorization
 * server. It also starts the backend that all targets share, which moves itself to the other core.
 */
export async function startMooring(
  cores: { readonly proxy: number; readonly load: number },
  port: number,
  backendPort: number,
  folder: string,
): Promise<Target> {
  const home = join(folder, 'home');
  const manifests = join(folder, 'manifests');
  await mkdir(home, { mode: 0o700 });
  await mkdir(manifests);
  await writeFile(join(manifests, 'bench.yaml'), manifest(cores.load, backendPort));
  const options = ['--home', home, '--port', String(port), '--manifests', manifests];
  const child = startPinned(cores.proxy, [LAUNCHER, 'up', ...options], { MOORING_LOG_LEVEL: 'warn' });
  const url = `http://localhost:${port}/api/v1/mcp/bench/mcp`;
  const headers = { ...CALL_HEADERS, authorization: `Bearer ${await firstToken(home)}` };
  await firstAnswer(url, headers);
  return {
    name: 'gateway',
    url,
    headers,
    pid: child.pid ?? 0,
    stop: () => end(child),
  };
}

const firstToken = (home: string): Promise<string> =>
  untilItWorks(async () => {
    const { stdout } = await promisify(execFile)(LAUNCHER, ['token', '--server', 'bench', '--home', home]);
    return stdout.trim();
  });

const firstAnswer = (url: string, headers: Readonly<Record<string, string>>): Promise<void> =>
  untilItWorks(async () => {
    const response = await fetch(url, { method: 'POST', headers, body: CALL });
    const body = await response.text();
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${body}`);
  });

async function untilItWorks<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (const last = Date.now() + START * 1000; ; await sleep(200)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > last) throw error;
    }
  }
}

const manifest = (core: number, port: number): string => `
apiVersion: mooring.dev/v1alpha1
kind: McpServer
metadata:
  name: bench
spec:
  binary: taskset
  args: ['--cpu-list', '${core}', '${process.execPath}', '${join(import.meta.dirname, 'backend.ts')}']
  port: ${port}
  oauth:
    scopes: [user]
`;
