import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Log } from '../../core/log.ts';

/** Milliseconds between looks: kubelet itself takes up to a minute to bring a change. */
const POLL_MS = 5000;

export interface LiveJson {
  /** The last content that was JSON. */
  current(): object;
  close(): void;
}

/** Follows a mounted file. Throws where it is not there or no JSON at first. */
export async function openLiveJson(path: string, log: Log, pollMs = POLL_MS): Promise<LiveJson> {
  const parse = async (): Promise<object> => JSON.parse(await readFile(path, 'utf8')) as object;
  let current = await parse();
  const reload = (): void => {
    parse().then(
      (next) => (current = next),
      (error: unknown) => log.warn({ path, err: error }, 'file not reloaded: the last good content stays'),
    );
  };
  // It looks through the links by which a mounted ConfigMap changes.
  watchFile(path, { interval: pollMs, persistent: false }, reload);
  return { current: () => current, close: () => unwatchFile(path, reload) };
}
