import { Socket } from 'node:net';

/**
 * For `stream` of a client of `pg`: the connection ends at once with the signal, whatever it waits for. A goodbye to a host that has vanished would
 * wait for TCP to notice.
 */
export const abortableSocket =
  (signal: AbortSignal | undefined): (() => Socket) =>
  () => {
    const socket = new Socket();
    const destroy = (): void => void socket.destroy();
    if (signal?.aborted) destroy();
    signal?.addEventListener('abort', destroy, { once: true });
    socket.once('close', () => signal?.removeEventListener('abort', destroy));
    return socket;
  };
