import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathOf } from '../kubernetes-tools.ts';

export interface PortForward extends AsyncDisposable {
  readonly port: number;
}

/** Milliseconds before a port-forward that ended is started again. */
const PAUSE = 200;

/** Reaches a port of a pod or Service from this machine, on loopback; it is started again when it ends. */
export async function forwardPort(
  namespace: string,
  target: string,
  remotePort: number,
  localPort = 0,
): Promise<PortForward> {
  let child: ChildProcess | undefined;
  const stopping = new AbortController();

  const start = async (port: number): Promise<number> => {
    const args = ['port-forward', '--namespace', namespace, '--address', '127.0.0.1', target, `${port}:${remotePort}`];
    child = spawn(pathOf('kubectl'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
    const ended = once(child, 'exit').then(() => {
      throw new Error(`kubectl ${args.join(' ')} ended: ${errors}`);
    });
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    const taken = Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
    ended.catch(async () => again(taken));
    return taken;
  };
  const again = async (port: number): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sleep(PAUSE);
      if (stopping.signal.aborted || (await start(port).catch(() => undefined)) !== undefined) return;
    }
  };

  const port = await start(localPort);
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      child?.kill();
    },
  };
}
