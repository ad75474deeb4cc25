import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import type { Place, ServerView } from '../places/place.ts';
import { withClient } from './with-client.ts';

const SERVER: ServerView = {
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: { name: 'a' },
  spec: {},
};

const INITIALIZED = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'a', version: '1' },
};

type Answer = (response: ServerResponse, id: number) => void;

/** A place whose one server answers each method with a result, or by a function; what is not there it never answers. */
async function placeOf(
  answers: Readonly<Record<string, unknown>>,
): Promise<Place & { readonly heard: readonly string[] }> {
  const heard: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') {
      heard.push(`${request.method}`);
      response.writeHead(405).end();
      return;
    }
    const { id, method } = (await json(request)) as { id?: number; method: string };
    heard.push(method);
    if (id === undefined) response.writeHead(202).end();
    else if (typeof answers[method] === 'function') (answers[method] as Answer)(response, id);
    else if (method in answers) {
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method] }));
    }
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  await new Promise((resolve) => void server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  return {
    heard,
    kind: 'laptop',
    label: 'here',
    namespace: undefined,
    list: async () => ({ servers: [SERVER], problems: [] }),
    access: async () => ({ url }),
    close: async () => {},
  };
}

const never = new AbortController().signal;

test('a legacy server that never answers what it does not know is spoken to in its era', async () => {
  const place = await placeOf({ initialize: INITIALIZED });
  const version = await withClient(place, SERVER, { signal: never }, async (client) =>
    client.getNegotiatedProtocolVersion(),
  );
  expect(version).toBe('2025-11-25');
  expect(place.heard.slice(0, 2)).toEqual(['server/discover', 'initialize']);
  expect(place.heard.at(-1)).toBe('DELETE');
});

test('an interruption ends the wait for the first answer at once, with its own reason', async () => {
  const place = await placeOf({});
  const controller = new AbortController();
  const waiting = withClient(place, SERVER, { signal: controller.signal }, async () => 'connected');
  await expect.poll(() => place.heard).toEqual(['server/discover']);
  controller.abort(new Failure('interrupted', 'Stopped.'));
  await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  expect(place.heard).toEqual(['server/discover']);
});

test('a cancellation arrives before the connection ends', async () => {
  // Without a session, for its end would give the cancellation time.
  const initialize: Answer = (response, id) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: INITIALIZED }));
  };
  const place = await placeOf({ initialize });
  const controller = new AbortController();
  const { signal } = controller;
  const calling = withClient(place, SERVER, { signal, mode: 'legacy' }, async (client) =>
    client.callTool({ name: 'x' }, { signal }),
  );
  await expect.poll(() => place.heard).toContain('tools/call');
  controller.abort(new Failure('interrupted', 'Stopped.'));
  await expect(calling).rejects.toMatchObject({ code: 'interrupted' });
  expect(place.heard.at(-1)).toBe('notifications/cancelled');
});

test('what the SDK throws becomes a Failure, and errors of our own stay', async () => {
  const place = await placeOf({ initialize: INITIALIZED, 'tools/list': { tools: 7 } });
  const listing = withClient(place, SERVER, { signal: never, mode: 'legacy' }, async (client) =>
    client.request({ method: 'tools/list' }),
  );
  await expect(listing).rejects.toMatchObject({ name: 'Failure', code: 'not_mcp' });
  const bug = new TypeError('a bug of ours');
  const broken = withClient(place, SERVER, { signal: never, mode: 'legacy' }, async () => Promise.reject(bug));
  await expect(broken).rejects.toBe(bug);
});

test.each(['<html>', '7', '{"jsonrpc":"1.0"}', '{"jsonrpc":"2.0","id":1}'])('an answer %s is not MCP', async (body) => {
  const answer = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  };
  const place = await placeOf({ initialize: INITIALIZED, 'tools/call': answer });
  const calling = withClient(place, SERVER, { signal: never, mode: 'legacy' }, async (client) =>
    client.callTool({ name: 'x' }),
  );
  await expect(calling).rejects.toMatchObject({ name: 'Failure', code: 'not_mcp' });
});

test('pages that a server wants to have opened first are named, and those that nobody should open are not', async () => {
  const pages = ['https://shop.example/a', 'http://evil.example/'];
  const answer = (response: ServerResponse): void => {
    const elicitations = pages.map((url) => ({ mode: 'url', elicitationId: 'e', message: 'Sign in.', url }));
    const error = { code: -32042, message: 'first', data: { elicitations } };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, error }));
  };
  const place = await placeOf({ initialize: INITIALIZED, 'tools/call': answer });
  const calling = withClient(place, SERVER, { signal: never, mode: 'legacy' }, async (client) =>
    client.callTool({ name: 'x' }),
  );
  await expect(calling).rejects.toMatchObject({
    code: 'page_first',
    message: expect.stringMatching(/https:\/\/shop\.example\/a \(Sign in\.\); a page that is not https/) as string,
  });
});

test('a server without a URL is not ready', async () => {
  const place: Place = { ...(await placeOf({})), access: async () => ({ url: '' }) };
  await expect(withClient(place, SERVER, { signal: never }, async () => {})).rejects.toMatchObject({
    code: 'not_ready',
  });
});

test.each<[string, (response: ServerResponse) => void, string]>([
  ['ends without it', (response) => response.end(': nothing\n\n'), 'connection_lost'],
  ['breaks', (response) => response.write(': nothing\n\n', () => response.destroy()), 'connection_lost'],
  ['is too large', (response) => fill(response), 'answer_too_large'],
])('a call whose stream %s is given up at once', async (_, end, code) => {
  const place = await placeOf({
    initialize: INITIALIZED,
    'tools/call': (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      end(response);
    },
  });
  const calling = withClient(place, SERVER, { signal: never, mode: 'legacy' }, async (client) =>
    client.callTool({ name: 'x' }, { timeout: 2 ** 31 - 1 }),
  );
  await expect(calling).rejects.toMatchObject({ name: 'Failure', code });
});

test('a call whose answer breaks off in JSON is given up as well', async () => {
  const place = await placeOf({
    initialize: INITIALIZED,
    'tools/call': (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{"jsonrpc":', () => response.destroy());
    },
  });
  const calling = withClient(place, SERVER, { signal: never, mode: 'legacy' }, async (client) =>
    client.callTool({ name: 'x' }),
  );
  await expect(calling).rejects.toMatchObject({ name: 'Failure', code: 'connection_lost' });
});

/** Comments without end. */
function fill(response: ServerResponse): void {
  if (response.writable) response.write(`:${'x'.repeat(1024 ** 2)}\n`, () => fill(response));
}
