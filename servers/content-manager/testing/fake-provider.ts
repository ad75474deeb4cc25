import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { startWebSite } from '../../../test/support/web-site.ts';

export interface ProviderCall {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface ProviderAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A remote provider on loopback: what it was sent, and an answer for each call; undefined: it never answers. */
export interface FakeProvider extends AsyncDisposable {
  readonly origin: string;
  readonly calls: readonly ProviderCall[];
}

export async function fakeProvider(
  path: string,
  answer: (call: ProviderCall, turn: number) => ProviderAnswer | undefined,
): Promise<FakeProvider> {
  const calls: ProviderCall[] = [];
  async function reply(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const call = { headers: incoming.headers, body: incoming.method === 'POST' ? await json(incoming) : undefined };
    const said = answer(call, calls.push(call));
    if (!said) return;
    outgoing.writeHead(said.status ?? 200, { 'content-type': 'application/json', ...said.headers });
    outgoing.end(JSON.stringify(said.body ?? {}));
  }
  const replies = (incoming: IncomingMessage, outgoing: ServerResponse): void => void reply(incoming, outgoing);
  const site = await startWebSite(Object.fromEntries([[path, replies]]));
  return { origin: site.origin, calls, [Symbol.asyncDispose]: async () => site[Symbol.asyncDispose]() };
}
