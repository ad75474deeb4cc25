import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../support/mooring.ts';
import { freePort } from '../free-port.ts';
import { HOME } from './api-server.ts';
import { readMetrics, type OperatorMetrics } from './operator-metrics.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Where the program is laid out, and for which cluster. */
export interface Program {
  readonly folder: string;
  readonly kubeconfig: string;
}

/** Compiles it once and lays it out as in the image: the sources of a checkout need a compiler in memory. Answers its path. */
async function installProgram(folder: string): Promise<string> {
  const launcher = join(folder, 'bin', 'mooring');
  if (existsSync(launcher)) return launcher;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const name of ['dist', 'node_modules', 'package.json']) await symlink(join(ROOT, name), join(folder, name));
  await cp(join(ROOT, 'bin'), join(folder, 'bin'), { recursive: true });
  return launcher;
}

/** `mooring operator`, as a process of its own. */
export interface BenchOperator extends AsyncDisposable {
  readonly pid: number;
  metrics(): Promise<OperatorMetrics>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
}

/** Answers when it answers for its health; what is wrong it says on our stderr. */
export async function startOperator({ folder, kubeconfig }: Program): Promise<BenchOperator> {
  const port = await freePort();
  const launcher = await installProgram(folder);
  const child = spawn(launcher, ['operator', '--health-port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // Nobody runs its database here, and watches break because we break them: both are warnings.
    env: { ...process.env, KUBECONFIG: kubeconfig, MOORING_NAMESPACE: HOME, MOORING_LOG_LEVEL: 'error' },
  });
  process.once('exit', () => child.kill());
  const answers = async (): Promise<boolean> => {
    if (hasEnded(child)) throw new Error(`mooring operator ended with ${child.exitCode ?? child.signalCode}`);
    return (await fetch(`http://localhost:${port}/healthz`).catch(() => undefined))?.ok ?? false;
  };
  await until(answers, 'the operator to answer');
  const stop = async (): Promise<void> => {
    if (hasEnded(child)) return;
    child.kill();
    await once(child, 'exit');
  };
  return {
    pid: child.pid ?? 0,
    metrics: async () => readMetrics(await (await fetch(`http://localhost:${port}/metrics`)).text()),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
