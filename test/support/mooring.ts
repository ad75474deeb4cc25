import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ADMIN_PASSWORD = 'correct horse battery staple';
const ROOT = join(import.meta.dirname, '..', '..');

/** A running `npm start` with a state folder and a folder of manifests of its own. */
export interface RunningMooring {
  readonly url: string;
  readonly healthUrl: string;
  readonly home: string;
  readonly manifests: string;
  /** What was started: npm, or the installed program. Mooring is a descendant. */
  readonly pid: number;
  /** What it wrote to stdout and stderr so far. */
  output(): string;
  endpoint(server: string): string;
  /** Writes a manifest into the followed folder. */
  apply(file: string, manifest: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Runs a command of the command line against it. */
  cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  token(server: string, scope?: string): Promise<string>;
  /** Ends it (SIGTERM unless told) and waits until it is gone. Its folders stay. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again on the same port and folders; `env` is laid over that of the first start. */
  start(env?: NodeJS.ProcessEnv): Promise<void>;
  /** Ends it and removes its folders. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface MooringOptions {
  /** Manifests in the folder from the start: file name → content. Default: the marketplace of examples/local. */
  readonly manifests?: Readonly<Record<string, string>>;
  /** A folder of the repository to follow instead. */
  readonly folder?: string;
  readonly config?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Servers to wait for. */
  readonly ready?: readonly string[];
  /** An installed `mooring` to start instead of this checkout. */
  readonly program?: string;
  /** A copy of this checkout to start instead, with the state folder that its scripts choose. */
  readonly checkout?: string;
  /** Start it on a terminal: a pseudo-terminal of script(1), which Debian always has. */
  readonly terminal?: boolean;
  /** Further flags of `mooring up`. */
  readonly flags?: readonly string[];
}

/** Starts Mooring as a user would: `npm start`, as a process, on a free port. */
export async function startMooring(options: MooringOptions = {}): Promise<RunningMooring> {
  const up: [string, ...string[]] =
    options.program === undefined ? ['npm', 'start', '--silent', '--'] : [options.program, 'up'];
  const cli = options.program === undefined ? ['npm', 'run', '--silent', 'mooring', '--'] : [options.program];
  const folder = await mkdtemp(join(tmpdir(), 'mooring-e2e-'));
  const home = options.checkout ? join(options.checkout, '.mooring') : join(folder, 'home');
  const homeFlags = options.checkout ? [] : ['--home', home];
  const cwd = options.checkout ?? ROOT;
  const ownEnv = { ...process.env, MOORING_ADMIN_PASSWORD: ADMIN_PASSWORD, MOORING_HOME: undefined, ...options.env };
  const files = options.manifests ?? (await defaultManifests(options));
  const manifests = files ? join(folder, 'manifests') : join(ROOT, options.folder ?? 'examples/local');
  if (!options.checkout) await mkdir(home, { mode: 0o700 });
  if (files) {
    await mkdir(manifests);
    for (const [name, content] of Object.entries(files)) await writeFile(join(manifests, name), content);
  }
  if (options.config) await writeFile(join(home, 'mooring.yaml'), options.config);
  const port = await freePortPair();
  const url = `http://localhost:${port}`;
  let child: ChildProcess;
  let output = '';

  const start = async (env: NodeJS.ProcessEnv = {}): Promise<void> => {
    const [command, ...args]: [string, ...string[]] = [...up, '--port', String(port), ...homeFlags];
    args.push(...(options.flags ?? []));
    if (files || options.folder) args.push('--manifests', manifests);
    const [program, argv] = options.terminal ? onTerminal(command, args) : [command, args];
    child = spawn(program, argv, {
      cwd,
      env: { ...ownEnv, ...env },
      // What is typed: nothing. The end of it would end the terminal.
      stdio: [options.terminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data: Buffer) => (output += data.toString()));
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${up.join(' ')} ended with ${child.exitCode}:\n${output}`);
      return (await fetch(`http://localhost:${port + 1}/readyz`).catch(() => undefined))?.ok === true;
    }, `readiness of Mooring; so far:\n${output}`);
    for (const name of options.ready ?? (options.manifests ? [] : ['marketplace'])) await waitReady(mooring, name);
  };

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    // npm may be gone already, and Mooring not.
    if (child.pid === undefined || !groupLives(child.pid)) return;
    // The group: npm, its shell and Mooring, as a terminal would signal it.
    process.kill(-child.pid, signal);
    await until(async () => !groupLives(child.pid ?? 0), 'the end of the process group');
  };

  const mooring: RunningMooring = {
    url,
    healthUrl: `http://localhost:${port + 1}`,
    home,
    manifests,
    get pid() {
      return child.pid ?? 0;
    },
    output: () => output,
    endpoint: (server) => `${url}/api/v1/mcp/${server}/mcp`,
    apply: async (file, manifest) => writeFile(join(manifests, file), manifest),
    remove: async (file) => rm(join(manifests, file)),
    cli: async (...args) => run(cli[0] ?? '', [...cli.slice(1), ...args, ...homeFlags], { cwd, env: ownEnv }),
    token: async (server, scope) => {
      const scopes = scope === undefined ? [] : ['--scope', scope];
      const { code, stdout, stderr } = await mooring.cli('token', '--server', server, ...scopes);
      if (code !== 0) throw new Error(`mooring token: ${stderr}`);
      return stdout.trim();
    },
    stop,
    start,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await start();
  return mooring;
}

/** One bundled server is enough for what is not about them; undefined where a folder was named, or the default one is meant. */
async function defaultManifests(options: MooringOptions): Promise<Readonly<Record<string, string>> | undefined> {
  const { folder, checkout, program, flags = [] } = options;
  if (folder !== undefined || checkout !== undefined || program !== undefined || flags.includes('--manifests'))
    return undefined;
  return { 'marketplace.yaml': await readFile(join(ROOT, 'examples', 'local', 'marketplace.yaml'), 'utf8') };
}

const onTerminal = (command: string, args: readonly string[]): [string, string[]] => [
  'script',
  ['--quiet', '--return', '--command', [command, ...args].map((word) => `'${word}'`).join(' '), '/dev/null'],
];

/** Waits until `mooring list` shows the server as wanted. */
export async function waitReady(
  mooring: RunningMooring,
  name: string,
  status: 'True' | 'False' = 'True',
): Promise<void> {
  await until(async () => {
    const ready = await condition(mooring, name, 'Ready');
    return ready?.status === status;
  }, `${name} Ready=${status}`);
}

interface ListedCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export async function condition(
  mooring: RunningMooring,
  name: string,
  type: string,
): Promise<ListedCondition | undefined> {
  const { stdout } = await mooring.cli('list', '-o', 'json');
  const { servers } = JSON.parse(stdout || '{"servers":[]}') as {
    servers: { metadata: { name: string }; status?: { conditions: ListedCondition[] } }[];
  };
  return servers
    .find((server) => server.metadata.name === name)
    ?.status?.conditions.find((entry) => entry.type === type);
}

/** Polls until it holds; fails with what was waited for. */
export async function until(holds: () => Promise<boolean>, what: string, timeoutMs = 30_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(50)) if (await holds()) return;
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`);
}

export async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(command, args, { cwd: ROOT, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (status) => resolve(status ?? 1));
  });
  return { code, stdout, stderr };
}

/** A port P where P + 1 is free too. Below the ephemeral range, so that outgoing connections do not take it meanwhile. */
async function freePortPair(): Promise<number> {
  for (;;) {
    const port = 20_000 + 2 * Math.floor(Math.random() * 5000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function groupLives(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}
