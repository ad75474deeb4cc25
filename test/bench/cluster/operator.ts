import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../../support/mooring.ts';
import { freePort } from '../free-port.ts';
import { HOME } from './api-server.ts';
import { readMetrics, type OperatorMetrics } from './operator-metrics.ts';

const LAUNCHER = join(import.meta.dirname, '..', '..', '..', 'bin', 'mooring');

/** `mooring operator`, as a process of its own. */
export interface BenchOperator extends AsyncDisposable {
  readonly pid: number;
  metrics(): Promise<OperatorMetrics>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
}

/** Answers when it answers for its health; what is wrong it says on our stderr. */
export async function startOperator(kubeconfig: string): Promise<BenchOperator> {
  const port = await freePort();
  const child = spawn(LAUNCHER, ['operator', '--health-port', String(port)], {
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
