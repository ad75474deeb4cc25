import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { identitySigner } from '../../core/identity-token.ts';
import { newKey } from '../../core/keys.ts';
import type { RemoteAccess } from '../../core/remote/remote-access.ts';
import { CredentialsProblem } from '../../core/remote/remote-credentials.ts';
import { remoteTargets } from '../../core/remote/remote-targets.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { conditionOf } from '../../crds/condition-of.ts';
import type { McpServerStatus } from '../../crds/mcpserver-status.ts';
import { createCertificateAuthority } from '../../test/support/certificates.ts';
import { ownAddress, startRemoteServer, type RemoteServer } from '../../test/support/remote-server.ts';
import { startOperator } from '../main.ts';
import type { Platform } from '../platform.ts';
import { PROBE_TIMES } from '../probe.ts';
import type { OperatorSource } from '../reconcile.ts';
import { serverOf } from '../testdata/manifest.ts';
import { sdkV2 } from '../testdata/mcp-servers.ts';
import { withRemoteServers } from './with-remote-servers.ts';

const TIMES = { ...PROBE_TIMES, wrongMs: 100, confirmMs: 50, hintMs: 300, renewMs: 200 };
const TOKEN = { authorization: 'Bearer of-the-owner' };

/** Where other servers would run, and what is told of it. */
function innerPlatform(): Platform<{ inner: true }> & { readonly pruned: string[] } {
  const pruned: string[] = [];
  return {
    pruned,
    exposure: 'Everybody can reach it.',
    review: () => ({ refusal: { reason: 'NeedsBinary', message: 'inner' }, withoutEffect: [] }),
    build: () => ({ inner: true }),
    apply: async () => undefined,
    keep: () => false,
    prune: async (uid, wanted) => void (wanted ?? pruned.push(uid)),
    forget: (uid) => void pruned.push(uid),
    observe: () => ({ instances: [], replicas: 0 }),
    admit: async () => {},
    onChange: () => () => {},
  };
}

/** The real operator over one server that lives in memory. */
async function operate(first: McpServer, access: RemoteAccess) {
  let server: McpServer | undefined = first;
  const listeners = new Set<(uid: string) => void>();
  const tell = (): void => listeners.forEach((listener) => listener(first.metadata.uid));
  const source: OperatorSource = {
    list: () => (server ? [server] : []),
    get: () => server,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    problemOf: () => [],
    async writeStatus(_uid, status) {
      if (server) server = { ...server, status };
    },
  };
  const inner = innerPlatform();
  const operator = startOperator({
    source,
    platform: withRemoteServers(inner, access),
    publicUrl: () => 'http://localhost:8080',
    identity: await identitySigner('mooring:operator', [await newKey('ES256')]),
    log: pino({ level: 'silent' }),
    probeTimes: TIMES,
  });
  return {
    inner,
    status: () => server?.status,
    edit(spec: Partial<McpServer['spec']>) {
      if (!server) return;
      const metadata = { ...server.metadata, generation: server.metadata.generation + 1 };
      server = { ...server, metadata, spec: { ...server.spec, ...spec } };
      tell();
    },
    remove() {
      server = undefined;
      tell();
    },
    /** Waits until a condition has this reason; answers its message. */
    async reason(type: 'Ready' | 'Verified' | 'Available', reason: string): Promise<string> {
      for (const end = performance.now() + 10_000; performance.now() < end; await sleep(10)) {
        const found = conditionOf(server?.status, type);
        if (found?.reason === reason) return found.message;
      }
      throw new Error(`waited in vain: ${JSON.stringify(server?.status, undefined, 1)}`);
    },
    async ready(): Promise<McpServerStatus> {
      for (const end = performance.now() + 10_000; performance.now() < end; await sleep(10)) {
        const ready = conditionOf(server?.status, 'Ready');
        const isNow = ready?.observedGeneration === server?.metadata.generation;
        if (ready?.status === 'True' && isNow && server?.status) return server.status;
      }
      throw new Error(`waited in vain: ${JSON.stringify(server?.status, undefined, 1)}`);
    },
    [Symbol.asyncDispose]: async () => operator.stop(),
  };
}

const remoteSpec = (url: string, more: object = {}) => serverOf({ binary: undefined, remote: { url, ...more } });

const accessTo = (
  remote: RemoteServer,
  headers: RemoteAccess['credentials']['headers'] = async () => TOKEN,
): RemoteAccess => ({
  credentials: { headers, ca: async () => remote.ca.cert },
  targets: remoteTargets({ allow: () => [ownAddress()] }),
});

const mcp = (): Promise<RemoteServer> => startRemoteServer(sdkV2());

test('a remote server is asked with its own credentials, and routed to', async () => {
  await using remote = await mcp();
  await using operated = await operate(remoteSpec(remote.url), accessTo(remote));
  const status = await operated.ready();
  expect(status).toMatchObject({
    backend: { url: remote.url, remote: true },
    replicas: 0,
    server: { name: 'both' },
    tools: [{ name: 'alpha' }, { name: 'zeta' }],
  });
  for (const { headers } of remote.requests) {
    expect(headers).toMatchObject(TOKEN);
    expect(headers).not.toHaveProperty('mooring-identity');
  }
  expect(conditionOf(status, 'Verified')?.message).not.toContain('Everybody');
});

test('nothing is kept for it where other servers run, and nothing of it when it is gone', async () => {
  await using remote = await mcp();
  await using operated = await operate(remoteSpec(remote.url), accessTo(remote));
  await operated.ready();
  expect(new Set(operated.inner.pruned)).toEqual(new Set(['u1']));
  operated.remove();
  await expect
    .poll(async () => {
      const before = remote.requests.length;
      await sleep(3 * TIMES.renewMs);
      return remote.requests.length - before;
    })
    .toBe(0);
});

test('an edit to something that is no MCP server takes no traffic, and one that is one does', async () => {
  const ca = createCertificateAuthority();
  await using first = await startRemoteServer(sdkV2(), { ca });
  await using second = await startRemoteServer(sdkV2(), { ca });
  await using page = await startRemoteServer((_incoming, outgoing) => outgoing.end('hello'), { ca });
  await using operated = await operate(remoteSpec(first.url), accessTo(first));
  await operated.ready();
  operated.edit({ remote: { url: page.url } });
  expect(await operated.reason('Verified', 'NotMcp')).toContain(page.url);
  expect(operated.status()).toMatchObject({ backend: { url: first.url, remote: true } });
  operated.edit({ remote: { url: second.url } });
  await expect.poll(() => operated.status()?.backend?.url).toBe(second.url);
});

describe('a condition says why', () => {
  test('the certificate is of another authority, naming the ConfigMap', async () => {
    await using remote = await mcp();
    const wrong = {
      ...accessTo(remote),
      credentials: { headers: async () => TOKEN, ca: async () => createCertificateAuthority().cert },
    };
    const server = remoteSpec(remote.url, { caBundleFrom: { configMapRef: { name: 'crm-ca' } } });
    await using operated = await operate(server, wrong);
    const message = await operated.reason('Ready', 'CertificateNotTrusted');
    expect(message).toContain(remote.host);
    expect(message).toContain('ConfigMap "crm-ca" of spec.remote.caBundleFrom does not vouch for');
    expect(remote.requests).toEqual([]);
    expect(operated.status()?.backend).toBeUndefined();
  });

  test('the address is not public', async () => {
    await using remote = await mcp();
    const strict = { ...accessTo(remote), targets: remoteTargets({ allow: () => [] }) };
    await using operated = await operate(remoteSpec(remote.url), strict);
    expect(await operated.reason('Ready', 'TargetRefused')).toContain('remote.allow');
    expect(remote.connections()).toBe(0);
  });

  test('a name points to loopback', async () => {
    const server = createServer((_incoming, outgoing) => outgoing.end('{}'));
    let connections = 0;
    server.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    try {
      const url = `http://localhost:${(server.address() as AddressInfo).port}/mcp`;
      const access = {
        credentials: { headers: async () => TOKEN, ca: async () => undefined },
        targets: remoteTargets({ allow: () => ['localhost'] }),
      };
      await using operated = await operate(remoteSpec(url), access);
      await operated.reason('Ready', 'TargetRefused');
      expect(connections).toBe(0);
    } finally {
      server.close();
    }
  });

  test.each(['https://host:99999/mcp', 'https://[::1/mcp', 'https://%zz/mcp'])('%s is no URL', async (url) => {
    await using remote = await mcp();
    await using operated = await operate(remoteSpec(url), accessTo(remote));
    expect(await operated.reason('Ready', 'InvalidUrl')).toContain(url);
  });

  test('it redirects, which is not followed', async () => {
    await using other = await mcp();
    const redirect: RequestListener = (_incoming, outgoing) =>
      void outgoing.writeHead(302, { location: other.url }).end();
    await using remote = await startRemoteServer(redirect);
    await using operated = await operate(remoteSpec(remote.url), accessTo(remote));
    expect(await operated.reason('Ready', 'NotMcp')).toContain('redirects are not followed');
    expect(other.connections()).toBe(0);
  });

  test('it wants other credentials', async () => {
    await using remote = await startRemoteServer((_incoming, outgoing) => outgoing.writeHead(401).end());
    await using operated = await operate(remoteSpec(remote.url), accessTo(remote));
    expect(await operated.reason('Ready', 'Unauthorized')).toContain('spec.remote.headersFrom');
  });

  test('credentials are missing, in the words of who looked for them; and it goes on when they are there', async () => {
    await using remote = await mcp();
    let problem: Error | undefined = new CredentialsProblem('AccessMissing', 'Create the Role x.');
    const access = accessTo(remote, async () => (problem ? Promise.reject(problem) : TOKEN));
    await using operated = await operate(remoteSpec(remote.url), access);
    expect(await operated.reason('Ready', 'AccessMissing')).toBe('Create the Role x.');
    expect(conditionOf(operated.status(), 'Stalled')?.status).toBe('True');
    expect(remote.connections()).toBe(0);
    problem = undefined;
    await operated.ready();
  });

  test('nothing listens there, which may end by itself', async () => {
    const remote = await mcp();
    await using operated = await operate(remoteSpec(remote.url), accessTo(remote));
    await operated.ready();
    await remote[Symbol.asyncDispose]();
    await operated.reason('Ready', 'RemoteUnreachable');
    expect(conditionOf(operated.status(), 'Stalled')).toBeUndefined();
  });

  test('a field that means nothing for it is named, one that is not supported refused', async () => {
    await using remote = await mcp();
    const server = remoteSpec(remote.url);
    await using operated = await operate(
      { ...server, spec: { ...server.spec, replicas: 3, port: 5 } },
      accessTo(remote),
    );
    const status = await operated.ready();
    expect(conditionOf(status, 'Accepted')).toMatchObject({
      reason: 'PartlyApplied',
      message: expect.stringContaining('spec.port, spec.replicas'),
    });
    operated.edit({ rateLimit: { requests: 1, per: '1s' } });
    await operated.reason('Ready', 'NotSupported');
    expect(conditionOf(operated.status(), 'Accepted')?.reason).toBe('PreviousHolds');
    expect(operated.status()?.backend?.url).toBe(remote.url);

    const limited = { ...server, spec: { ...server.spec, rateLimit: { requests: 1, per: '1s' } } };
    await using another = await operate(limited, accessTo(remote));
    await another.reason('Ready', 'NotSupported');
    expect(conditionOf(another.status(), 'Accepted')?.status).toBe('False');
    expect(another.status()?.backend).toBeUndefined();
  });
});
