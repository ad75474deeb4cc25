import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathOf } from '../kubernetes-tools.ts';

export interface ApiProxy extends AsyncDisposable {
  /** Where the API server answers without credentials, on loopback. */
  readonly url: string;
}

/** `kubectl proxy`: it knows every way to sign in to a cluster, so that tests need none. */
export async function startApiProxy(): Promise<ApiProxy> {
  const child = spawn(pathOf('kubectl'), ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error('kubectl proxy ended: does KUBECONFIG name a cluster?');
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  ended.catch(() => {});
  return {
    url: `http://${/127\.0\.0\.1:\d+/.exec(line)?.[0]}`,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended.catch(() => {});
    },
  };
}
