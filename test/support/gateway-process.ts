import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { newKeyFile } from '../../core/keys.ts';
import { GATEWAY_KEYS } from '../../gateway/gateway-keys.ts';
import { until } from './mooring.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/** What a cluster would mount into every replica. */
export interface Mounts {
  readonly folder: string;
  readonly config: string;
  /** `keys/keys.json`, … below the folder. */
  write(file: string, content: string): Promise<void>;
}

/** Files of one gateway, all but the URL of its database, in a folder that exists. */
export async function gatewayMounts(folder: string, config: string): Promise<Mounts> {
  const write = async (file: string, content: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  };
  await write('mooring.yaml', config);
  await write('keys/keys.json', await newKeyFile(GATEWAY_KEYS));
  await write('identity/jwks.json', '{"keys":[]}');
  await write('admin/password', 'mounted admin password\n');
  return { folder, config: join(folder, 'mooring.yaml'), write };
}

export const ADMIN_PASSWORD = 'mounted admin password';

/** A `mooring gateway` in a process of its own. */
export interface GatewayProcess extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Status and text of a path of its health port. */
  health(path: string): Promise<{ readonly status: number; readonly body: string }>;
  untilReady(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** What it wrote so far. */
  output(): string;
}

interface GatewayProcessOptions {
  readonly mounts: Mounts;
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Default: a free one. */
  readonly port?: number;
  readonly exchangeFor?: string;
}

export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const { mounts, kubeconfig, namespace, port = await freePortPair(), exchangeFor } = options;
  const args = ['gateway', '--config', mounts.config, '--mounts', mounts.folder, '--watch-namespaces', namespace];
  if (exchangeFor !== undefined) args.push('--exchange-for', exchangeFor);
  const child = spawn(process.execPath, [MAIN, ...args, '--port', String(port)], {
    env: { PATH: process.env['PATH'], KUBECONFIG: kubeconfig, MOORING_LOG_LEVEL: process.env['MOORING_LOG_LEVEL'] },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const health = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port + 1}${path}`);
    return { status: response.status, body: await response.text() };
  };
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  return {
    port,
    pid: child.pid ?? 0,
    health,
    untilReady: async () =>
      until(async () => {
        if (child.exitCode !== null) throw new Error(`mooring gateway ended with ${child.exitCode}:\n${output}`);
        return (await health('/readyz').catch(() => undefined))?.status === 200;
      }, 'readiness of a gateway').catch((error: Error) => {
        throw new Error(`${error.message}\n${output}`);
      }),
    stop,
    output: () => output,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A port P where P + 1 is free too, below the ephemeral range, so that outgoing connections do not take it meanwhile. */
async function freePortPair(): Promise<number> {
  for (;;) {
    const port = 10_000 + 2 * Math.floor(Math.random() * 5000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
