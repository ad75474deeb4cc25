import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, exchange, open, type Answer, type RequestOptions } from './proxy/testing/exchange.ts';
import { listen, type Listening } from './proxy/testing/listening.ts';
import { mcpServer } from './testing/memory-source.ts';
import { startApp, type RunningApp } from './testing/start-app.ts';

let backend: Listening;
let app: RunningApp;
/** Method and body of what reached the backend since the last look. */
const arrived: string[] = [];
let streamsEnded = 0;

beforeAll(async () => {
  backend = await listen((incoming, outgoing) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => {
      arrived.push(`${incoming.method} ${body}`);
      if (incoming.method === 'GET') outgoing.on('close', () => streamsEnded++);
      if (incoming.method === 'GET') outgoing.setHeader('content-type', 'text/event-stream').write(': hello\n\n');
      else
        outgoing
          .setHeader('content-type', 'application/json')
          .end(`{"identity":${'mooring-identity' in incoming.headers}}`);
    });
  });
  const oauth = { scopes: ['user'], tools: [{ match: 'wipe', scopes: ['skills:delete'] }] };
  const running = { backend: backend.url };
  app = await startApp({
    servers: [
      mcpServer('a', { ...running, spec: { oauth } }),
      mcpServer('b', { ...running, spec: { oauth } }),
      mcpServer('open', { ...running, spec: { oauth: { ...oauth, required: false } } }),
      mcpServer('bound', { ...running, spec: { oauth: { clientId: 'the-client' } } }),
      mcpServer('starting'),
      mcpServer('off', { ...running, spec: { enabled: false } }),
      mcpServer('refused', { ...running, accepted: false }),
    ],
  });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
});

const callOf = (name: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } });

/** A request with a token for this server with these scopes. */
async function ask(server: string, scope: string, body?: unknown, more: RequestOptions = {}): Promise<Answer> {
  const authorization = `Bearer ${await app.token(`/api/v1/mcp/${server}/mcp`, { scope })}`;
  const headers = { authorization, ...more.headers };
  return exchange(app.endpoint(server), {
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...more,
    headers,
  });
}

const challengeOf = ({ headers }: Answer): string => headers['www-authenticate'] ?? '';

describe('a server that is not there', () => {
  test('looks the same whether it is unknown, disabled or not accepted, with a token and without', async () => {
    const seen = new Set<string>();
    for (const name of ['unknown', 'off', 'refused', 'constructor']) {
      for (const answer of [await exchange(app.endpoint(name)), await ask(name, 'user')]) {
        expect(answer.status).toBe(404);
        expect(answer.headers['www-authenticate']).toBeUndefined();
        seen.add(answer.body.replaceAll(/[0-9a-f]{8}/g, 'ID'));
      }
    }
    expect(seen.size).toBe(1);
  });

  test('is there as soon as it is enabled, and gone as soon as it is not', async () => {
    await using other = await startApp();
    expect((await exchange(other.endpoint('late'))).status).toBe(404);
    other.source.put(mcpServer('late', { backend: backend.url }));
    expect((await exchange(other.endpoint('late'))).status).toBe(401);
    other.source.put(mcpServer('late', { backend: backend.url, spec: { oauth: { required: false } } }));
    expect((await exchange(other.endpoint('late'))).status).toBe(200);
    other.source.put(mcpServer('late', { backend: backend.url, spec: { enabled: false } }));
    expect((await exchange(other.endpoint('late'))).status).toBe(404);
  });
});

describe('a server that is not running', () => {
  test('asks for a token first, so that clients can sign in meanwhile', async () => {
    expect((await exchange(app.endpoint('starting'))).status).toBe(401);
  });

  test('answers 503 and when to come back', async () => {
    const answer = await ask('starting', '');
    expect([answer.status, codeOf(answer)]).toEqual([503, 'server_unavailable']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('access tokens', () => {
  test('without one: a challenge, and nothing reaches the backend', async () => {
    arrived.length = 0;
    const answer = await exchange(app.endpoint('a'));
    expect(answer.status).toBe(401);
    expect(challengeOf(answer)).toBe(
      `Bearer resource_metadata="${app.url}/.well-known/oauth-protected-resource/api/v1/mcp/a/mcp", scope="user"`,
    );
    expect(arrived).toEqual([]);
  });

  test('a good one is let through, and goes no further', async () => {
    const answer = await ask('a', 'user');
    expect([answer.status, answer.body]).toEqual([200, '{"identity":true}']);
  });

  test('is good for one server', async () => {
    const authorization = `Bearer ${await app.token('/api/v1/mcp/a/mcp', { scope: 'user' })}`;
    const answer = await exchange(app.endpoint('b'), { headers: { authorization } });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'invalid_token']);
    expect(challengeOf(answer)).toContain(
      'error="invalid_token", error_description="The access token was issued for another resource."',
    );
  });

  test('ends when its name changes hands', async () => {
    const authorization = `Bearer ${await app.token('/api/v1/mcp/a/mcp', { scope: 'user', mooring_server: 'other/a' })}`;
    const answer = await exchange(app.endpoint('a'), { headers: { authorization } });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'invalid_token']);
  });

  test('must be of the client that oauth.clientId names', async () => {
    expect(codeOf(await ask('bound', ''))).toBe('client_not_allowed');
    const path = '/api/v1/mcp/bound/mcp';
    const authorization = `Bearer ${await app.token(path, { client_id: 'the-client' })}`;
    expect((await exchange(app.endpoint('bound'), { headers: { authorization } })).status).toBe(200);
  });

  test('that is sent must be good, also where none is needed', async () => {
    const answer = await exchange(app.endpoint('open'), { headers: { authorization: 'Bearer abc' } });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'invalid_token']);
    expect((await exchange(app.endpoint('open'))).status).toBe(200);
  });

  test('in the URL are no tokens', async () => {
    const token = await app.token('/api/v1/mcp/a/mcp', { scope: 'user' });
    expect((await exchange(`${app.endpoint('a')}?access_token=${token}`)).status).toBe(401);
  });
});

describe('scopes', () => {
  test('too little: 403 names all scopes of the operation, not of the server alone', async () => {
    const answer = await ask('a', 'other', callOf('wipe'));
    expect([answer.status, codeOf(answer)]).toEqual([403, 'insufficient_scope']);
    expect(challengeOf(answer)).toContain('scope="user skills:delete", error="insufficient_scope"');
    expect(challengeOf(answer)).toContain('resource_metadata="');
    expect(challengeOf(await ask('a', 'other'))).toContain('scope="user"');
  });

  test('of a tool are asked for on its calls', async () => {
    expect((await ask('a', 'user', callOf('read'))).status).toBe(200);
    expect((await ask('a', 'user', callOf('wipe'))).status).toBe(403);
    expect((await ask('a', 'user skills:delete', callOf('wipe'))).status).toBe(200);
    expect((await ask('a', 'admin', callOf('wipe'))).status).toBe(200);
  });

  test('of a tool are asked for wherever the call hides', async () => {
    arrived.length = 0;
    for (const body of [
      [callOf('read'), callOf('wipe', 2)],
      [{ jsonrpc: '2.0', method: 'tools/call', params: { name: 'wipe' } }],
      callOf(['wipe']),
    ]) {
      expect((await ask('a', 'user', body)).status).toBe(403);
    }
    const twice = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","name":"wipe"}}';
    expect((await ask('a', 'user', undefined, { body: twice })).status).toBe(400);
    expect((await ask('a', 'user', callOf('wipe'), { headers: { 'mcp-name': 'read' } })).status).toBe(400);
    for (const method of ['PUT', 'PATCH', 'PURGE']) {
      expect((await ask('a', 'user', callOf('wipe'), { method })).status).toBe(405);
    }
    expect(arrived).toEqual([]);
  });

  test('of a tool are asked for at an open server: by a challenge where nobody is known', async () => {
    expect((await exchange(app.endpoint('open'), { body: JSON.stringify(callOf('read')) })).status).toBe(200);
    const answer = await exchange(app.endpoint('open'), { body: JSON.stringify(callOf('wipe')) });
    expect(answer.status).toBe(401);
    expect(challengeOf(answer)).toContain('scope="user skills:delete"');
    expect(challengeOf(answer)).not.toContain('error');
    expect((await ask('open', 'user', callOf('wipe'))).status).toBe(403);
    expect((await ask('open', 'user skills:delete', callOf('wipe'))).status).toBe(200);
  });

  test('of the server are asked for on streams and the end of sessions', async () => {
    for (const method of ['GET', 'DELETE']) {
      expect((await ask('a', 'other', undefined, { method })).status).toBe(403);
    }
  });
});

describe('methods', () => {
  test('GET opens a stream that ends with the client, DELETE passes', async () => {
    const authorization = `Bearer ${await app.token('/api/v1/mcp/a/mcp', { scope: 'user' })}`;
    const stream = await open(app.endpoint('a'), { method: 'GET', headers: { authorization } });
    expect(stream.headers['content-type']).toBe('text/event-stream');
    const [first] = (await once(stream, 'data')) as [Buffer];
    expect(String(first)).toBe(': hello\n\n');
    stream.destroy();
    await expect.poll(() => streamsEnded).toBe(1);
    arrived.length = 0;
    expect((await ask('a', 'user', undefined, { method: 'DELETE' })).status).toBe(200);
    expect(arrived).toEqual(['DELETE ']);
  });

  test('HEAD opens nothing', async () => {
    arrived.length = 0;
    expect((await exchange(app.endpoint('a'), { method: 'HEAD' })).status).toBe(401);
    expect((await ask('a', 'user', undefined, { method: 'HEAD' })).status).toBe(405);
    expect(arrived).toEqual([]);
  });
});

describe('refusals', () => {
  test('of an endpoint are JSON-RPC errors under the id of the request', async () => {
    const { headers, body } = await ask('a', 'other', callOf('wipe', 'seven'));
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    const { error, ...rest } = JSON.parse(body) as { error: { code: number; message: string; data: { id: string } } };
    expect(rest).toEqual({ jsonrpc: '2.0', id: 'seven' });
    expect(error).toMatchObject({ code: -32000, data: { code: 'insufficient_scope' } });
    expect(error.message).toContain(error.data.id);
    const batch = JSON.parse((await ask('a', 'other', [callOf('a', 1), callOf('b', 2)])).body) as { id: unknown };
    expect(batch.id).toBeNull();
  });

  test('of anything else are like those of OAuth', async () => {
    const { status, body } = await exchange(`${app.url}/nothing`, { method: 'GET' });
    expect(status).toBe(404);
    expect(JSON.parse(body)).toEqual({
      error: 'not_found',
      error_description: expect.stringContaining('/api/v1/mcp/'),
      error_id: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
  });

  test('keep the code of a header mismatch, which tells clients something', async () => {
    const { status, body } = await ask('a', 'user', callOf('read', 3), { headers: { 'mcp-method': 'ping' } });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ id: 3, error: { code: -32020 } });
  });

  test('and their lines in the log have one id; tokens and bodies are in neither', async () => {
    const token = await app.token('/api/v1/mcp/b/mcp', { scope: 'user' });
    const answer = await exchange(`${app.endpoint('a')}?access_token=${token}`, {
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(callOf('secret-name')),
    });
    const { error } = JSON.parse(answer.body) as { error: { data: { id: string } } };
    expect(app.log.lines()).toContainEqual(
      expect.objectContaining({ id: error.data.id, code: 'invalid_token', status: 401, server: 'default/a' }),
    );
    for (const secret of [token.split('.')[2] ?? '', 'secret-name']) {
      expect(answer.body).not.toContain(secret);
      expect(app.log.text()).not.toContain(secret);
    }
  });

  test('an error that nobody foresaw shows nothing of itself', async () => {
    await using broken = await startApp({
      servers: [mcpServer('a', { backend: 'not a URL', spec: { oauth: { required: false } } })],
    });
    const answer = await exchange(broken.endpoint('a'));
    expect(answer.status).toBe(500);
    const { error } = JSON.parse(answer.body) as { error: { code: number; data: { id: string; code: string } } };
    expect(error).toMatchObject({ code: -32603, data: { code: 'internal_error' } });
    expect(answer.body).not.toContain('URL');
    const line = broken.log.lines().find(({ id }) => id === error.data.id);
    expect(JSON.stringify(line)).toContain('Invalid URL');
  });
});

test('what the authorization server has is its own affair', async () => {
  for (const path of ['/.well-known/oauth-authorization-server', '/oauth/token', '/oauth/interaction/x']) {
    expect((await exchange(app.url + path, { method: 'POST' })).body).toBe('sign in here');
    expect((await exchange(app.url + path, { method: 'HEAD' })).status).toBe(200);
  }
});
