import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { CredentialsProblem, type RemoteCredentials } from '../../core/remote/remote-credentials.ts';
import { remoteTargets } from '../../core/remote/remote-targets.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { createCertificateAuthority } from '../../test/support/certificates.ts';
import { ownAddress, startRemoteServer, type RemoteServer } from '../../test/support/remote-server.ts';
import { mcpServer } from '../testing/memory-source.ts';
import { codeOf, exchange, PING } from './testing/exchange.ts';
import { listen } from './testing/listening.ts';
import { startProxy, type Proxy } from './testing/start-proxy.ts';

const TOKEN = { authorization: 'Bearer of-the-owner' };

const ok = (): Promise<RemoteServer> =>
  startRemoteServer((incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's1' });
    incoming.resume().on('end', () => outgoing.end('{"jsonrpc":"2.0","id":1,"result":{}}'));
  });

/** A server of spec.remote, as the operator has found it. */
function remoteAt(url: string): McpServer {
  const server = mcpServer('crm', { backend: url, spec: { binary: undefined, remote: { url } } });
  return { ...server, status: { conditions: [], ...server.status, backend: { url, remote: true } } };
}

interface Given {
  readonly allow?: readonly string[];
  readonly ca?: string | undefined;
  readonly headers?: RemoteCredentials['headers'];
}

const proxyTo = async (
  url: string,
  { allow = [ownAddress()], ca, headers = async () => TOKEN }: Given = {},
): Promise<Proxy> =>
  startProxy({
    server: remoteAt(url),
    caller: { subject: 'anna', clientId: 'c1', scopes: new Set(['user']), expiresAt: Infinity },
    remote: { credentials: { headers, ca: async () => ca }, targets: remoteTargets({ allow: () => allow }) },
  });

test('a remote server is sent the request, its own credentials, and nothing of Mooring or the client', async () => {
  await using remote = await ok();
  await using proxy = await proxyTo(remote.url, { ca: remote.ca.cert });
  const headers = {
    authorization: 'Bearer of-the-client',
    cookie: 'a=b',
    'mooring-identity': 'forged',
    'x-api-key': 'of-the-client',
    'x-forwarded-for': '1.2.3.4',
    forwarded: 'for=1.2.3.4',
    origin: 'https://page.example',
    'mcp-protocol-version': '2025-11-25',
    'mcp-param-region': 'eu',
    accept: 'application/json, text/event-stream',
    traceparent: '00-a-b-01',
  };
  const answer = await exchange(proxy.url, { headers });
  expect(answer).toMatchObject({ status: 200, body: '{"jsonrpc":"2.0","id":1,"result":{}}' });
  expect(remote.requests[0]?.headers).toEqual({
    host: remote.host,
    connection: 'keep-alive',
    'content-length': String(PING.length),
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    traceparent: '00-a-b-01',
    'mcp-protocol-version': '2025-11-25',
    'mcp-param-region': 'eu',
    // Its public name, which ends loops.
    'cdn-loop': 'mcp.example.com',
    ...TOKEN,
  });
  expect(answer.headers['mcp-session-id']).not.toBe('s1');
  const second = await exchange(proxy.url, { headers: { 'mcp-session-id': String(answer.headers['mcp-session-id']) } });
  expect(second.status).toBe(200);
  expect(remote.requests[1]?.headers['mcp-session-id']).toBe('s1');
});

test('a request that was here before is not sent on', async () => {
  await using remote = await ok();
  await using proxy = await proxyTo(remote.url, { ca: remote.ca.cert });
  const answer = await exchange(proxy.url, { headers: { 'cdn-loop': 'mcp.example.com' } });
  expect(answer).toMatchObject({ status: 508, body: expect.stringContaining('loop_detected') });
  expect(remote.requests).toEqual([]);
});

test('what a server of ours is sent stays as it is until the status says that it is elsewhere', async () => {
  await using backend = await listen((incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(incoming.headers));
  });
  const spec = { binary: undefined, remote: { url: 'https://crm.example/' } };
  await using proxy = await startProxy({
    server: mcpServer('crm', { backend: backend.url, spec }),
    remote: {
      credentials: { headers: async () => TOKEN, ca: async () => undefined },
      targets: remoteTargets({ allow: () => [] }),
    },
  });
  const headers = JSON.parse((await exchange(proxy.url)).body) as Record<string, string>;
  expect(headers['mooring-identity']).toBeDefined();
  expect(headers['authorization']).toBeUndefined();
});

test('while an edit of the URL arrives, credentials go only where they are bound to', async () => {
  await using remote = await ok();
  const asked: string[] = [];
  const headers: RemoteCredentials['headers'] = async (server) => {
    asked.push(server.spec.remote?.url ?? '');
    return TOKEN;
  };
  await using proxy = await proxyTo(remote.url, { ca: remote.ca.cert, headers });
  proxy.server = { ...proxy.server, spec: { ...proxy.server.spec, remote: { url: 'https://next.example/mcp' } } };
  expect((await exchange(proxy.url)).status).toBe(200);
  expect(asked).toEqual([remote.url]);
});

test('new credentials and certificates count from the next request on', async () => {
  await using remote = await ok();
  const given: { headers: Record<string, string>; ca: string } = {
    headers: TOKEN,
    ca: createCertificateAuthority().cert,
  };
  await using proxy = await startProxy({
    server: remoteAt(remote.url),
    remote: {
      credentials: { headers: async () => given.headers, ca: async () => given.ca },
      targets: remoteTargets({ allow: () => [ownAddress()] }),
    },
  });
  expect(codeOf(await exchange(proxy.url))).toBe('backend_certificate_invalid');
  given.ca = remote.ca.cert;
  given.headers = { authorization: 'Bearer second' };
  expect((await exchange(proxy.url)).status).toBe(200);
  expect(remote.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer second']);
});

describe('is not connected to', () => {
  test('an address inside that is not listed', async () => {
    await using remote = await ok();
    await using proxy = await proxyTo(remote.url, { allow: [], ca: remote.ca.cert });
    const answer = await exchange(proxy.url);
    expect([answer.status, codeOf(answer)]).toEqual([502, 'remote_target_refused']);
    expect(remote.connections()).toBe(0);
  });

  test.each(['127.0.0.1', 'localhost'])('loopback as %s, even where it is listed', async (name) => {
    const server = createServer((_incoming, outgoing) => outgoing.end('{}'));
    let connections = 0;
    server.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      await using proxy = await proxyTo(`http://${name}:${port}/mcp`, { allow: ['localhost', '127.0.0.0/8', '::/0'] });
      const answer = await exchange(proxy.url);
      expect([answer.status, codeOf(answer)]).toEqual([502, 'remote_target_refused']);
      expect(connections).toBe(0);
    } finally {
      server.close();
    }
  });

  test('a name that points to loopback when the connection is made (DNS rebinding)', async () => {
    await using remote = await startRemoteServer((_incoming, outgoing) => outgoing.end('{}'), {
      address: '127.0.0.1',
      names: ['rebind.example'],
    });
    const answers = ['93.184.215.14', '127.0.0.1'];
    const targets = remoteTargets({
      allow: () => ['rebind.example'],
      resolve: (_name, _options, callback) => callback(null, [{ address: answers.at(-1) ?? '', family: 4 }]),
    });
    await using proxy = await startProxy({
      server: remoteAt(remote.url.replace('127.0.0.1', 'rebind.example')),
      remote: { credentials: { headers: async () => TOKEN, ca: async () => remote.ca.cert }, targets },
    });
    expect(codeOf(await exchange(proxy.url))).toBe('remote_target_refused');
    expect(remote.connections()).toBe(0);
    // Control: the name is refused for its address alone.
    answers.push(ownAddress());
    expect(codeOf(await exchange(proxy.url))).toBe('backend_unreachable');
  });
});

describe('is refused', () => {
  test.each([
    ['signed by somebody else', () => createCertificateAuthority().cert],
    ['signed by nobody whom this system knows', () => undefined],
  ])('a certificate that is %s', async (_, ca) => {
    await using remote = await ok();
    await using proxy = await proxyTo(remote.url, { ca: ca() });
    const answer = await exchange(proxy.url);
    expect([answer.status, codeOf(answer)]).toEqual([502, 'backend_certificate_invalid']);
    expect(remote.requests).toEqual([]);
  });

  test('a certificate of another name', async () => {
    await using remote = await ok();
    const url = remote.url.replace(remote.address, 'other.example');
    const targets = remoteTargets({
      allow: () => ['other.example'],
      resolve: (_name, _options, callback) => callback(null, [{ address: remote.address, family: 4 }]),
    });
    await using proxy = await startProxy({
      server: remoteAt(url),
      remote: { credentials: { headers: async () => TOKEN, ca: async () => remote.ca.cert }, targets },
    });
    expect(codeOf(await exchange(proxy.url))).toBe('backend_certificate_invalid');
    expect(remote.requests).toEqual([]);
  });

  test('a redirect, which is not followed', async () => {
    await using other = await ok();
    await using remote = await startRemoteServer((_incoming, outgoing) =>
      outgoing.writeHead(307, { location: other.url }).end(),
    );
    await using proxy = await proxyTo(remote.url, { ca: remote.ca.cert });
    const answer = await exchange(proxy.url);
    expect([answer.status, codeOf(answer)]).toEqual([502, 'backend_response_refused']);
    expect(other.connections()).toBe(0);
    expect(JSON.stringify(answer)).not.toContain(other.host);
  });

  test('a challenge, which would have clients sign in somewhere else', async () => {
    await using remote = await startRemoteServer((_incoming, outgoing) =>
      outgoing.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="https://evil.example"' }).end(),
    );
    await using proxy = await proxyTo(remote.url, { ca: remote.ca.cert });
    const answer = await exchange(proxy.url);
    expect([answer.status, codeOf(answer)]).toEqual([502, 'backend_unauthorized']);
    expect(answer.headers).not.toHaveProperty('www-authenticate');
  });

  test.each([
    [
      'its credentials may not be read',
      new CredentialsProblem('AccessMissing', 'Role x'),
      502,
      'remote_credentials_missing',
    ],
    ['the API server does not answer', new Error('away'), 503, 'remote_credentials_unavailable'],
  ])('every request while %s', async (_, problem, status, code) => {
    await using remote = await ok();
    await using proxy = await proxyTo(remote.url, { ca: remote.ca.cert, headers: async () => Promise.reject(problem) });
    const answer = await exchange(proxy.url);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(JSON.stringify(answer)).not.toMatch(/Role x|away/);
    expect(remote.connections()).toBe(0);
  });
});
