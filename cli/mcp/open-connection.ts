import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type StreamableHTTPClientTransport, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { packageVersion } from '../package-folder.ts';
import { watchTransport } from './watch-transport.ts';

/** Milliseconds for last words: that a call was cancelled, that a session ends. */
const GOODBYE_MS = 2000;

export interface Connection {
  readonly client: Client;
  /** Ends it in good order. Never rejects. */
  readonly close: () => Promise<void>;
}

export interface OpenOptions {
  readonly mode: VersionNegotiationMode;
  /** Milliseconds for each answer on the way. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Says what the client can do beside calling, before the server is told. */
  readonly prepare?: ((client: Client) => void) | undefined;
}

export async function openConnection(
  transport: StreamableHTTPClientTransport,
  { mode, timeout, signal, prepare }: OpenOptions,
): Promise<Connection> {
  const client = new Client({ name: 'mooring', version: packageVersion() }, { versionNegotiation: { mode } });
  prepare?.(client);
  const lastWords = watchTransport(transport);
  // The SDK does not look at the signal while it asks for the era.
  const giveUp = (): void => void transport.close();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect(transport, { timeout, signal });
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  return {
    client,
    async close() {
      // The SDK sends a cancellation without waiting for it; the end of the connection would take it back.
      await atMost(GOODBYE_MS, lastWords());
      // Legacy servers may keep something for each session until it ends.
      await atMost(GOODBYE_MS, transport.terminateSession());
      await client.close().catch(() => {});
    },
  };
}

/** How an ending goes is nobody's failure. */
const atMost = async (milliseconds: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work.catch(() => {}), sleep(milliseconds, undefined, { ref: false })]);
