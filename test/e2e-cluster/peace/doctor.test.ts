import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseKeyFile } from '../../../core/keys.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn } from '../../support/cluster/recorder.ts';
import { secretValue } from '../../support/cluster/release.ts';
import { runDoctor } from '../../support/cluster/run-doctor.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { inPath, installPackage, isExecutable } from '../../support/debian-package.ts';
import { signToken, type Times } from '../../support/sign-token.ts';

// Every cause that doctor must find, but for what disturbs others: no operator, and a public URL that is wrong (faults/doctor.test.ts). A manifest that is
// not valid cannot be there: the API server refuses it.

const cluster = useCluster();
let namespace: ObservedNamespace;
const tokens: string[] = [];
let written = '';

const NO_PACKAGE = { registry: 'npm', name: 'mooring-test-no-such-package', version: '1.0.0' };

const MANIFESTS = [
  serverManifest('doc-well', 'plain', { oauth: { scopes: ['user'], tools: [{ match: 'slow', scopes: ['admin'] }] } }),
  serverManifest('doc-other', 'plain'),
  serverManifest('doc-strict', 'plain', { oauth: { scopes: ['admin'] } }),
  serverManifest('doc-off', 'plain', { enabled: false }),
  serverManifest('doc-image', 'plain', { image: 'mooring.test/not-there:1' }),
  serverManifest('doc-crash', 'crash'),
  serverManifest('doc-port', 'wrong-port'),
  serverManifest('doc-mute', 'mute'),
  serverManifest('doc-hang', 'hang'),
  { ...serverManifest('doc-package', 'plain'), spec: { package: NO_PACKAGE } },
];

/** What the operator says before doctor is asked. */
const REASONS = {
  'doc-off': 'Disabled',
  'doc-image': 'ImagePullFailed',
  'doc-crash': 'CrashLooping',
  'doc-port': 'PortNotOpened',
  'doc-mute': 'PortNotOpened',
  'doc-hang': 'NoAnswer',
  'doc-package': 'NotSupported',
};

beforeAll(async () => {
  if (!inPath('faketime').some(isExecutable))
    installPackage(
      'faketime',
      'This test needs faketime in PATH (Debian: apt-get install faketime; macOS: brew install libfaketime).',
    );
  namespace = await observeNamespace(cluster.api, 'e2e-doctor');
  for (const manifest of MANIFESTS) await namespace.apply(manifest);
  for (const name of ['doc-well', 'doc-other', 'doc-strict']) await namespace.ready(name);
  for (const [name, reason] of Object.entries(REASONS)) {
    await namespace.servers.first(
      `${name} to be ${reason}`,
      (server) => server.metadata.name === name && conditionIn(server, 'Ready')?.reason === reason,
      { explain: () => namespace.story(name) },
    );
  }
}, 180_000);

afterAll(async () => namespace?.[Symbol.asyncDispose]());

async function doctor(name: string, token?: string, ...flags: string[]) {
  if (token !== undefined) tokens.push(token);
  const options = { flags: ['-n', namespace.name, ...flags], ...(token !== undefined && { token }) };
  const { code, server, output } = await runDoctor(name, options);
  written += output;
  return { code, server, finding: server?.finding };
}

async function tokenOf(server: string, times: Times): Promise<string> {
  const { tokens: ring } = parseKeyFile(await secretValue(cluster.api, 'mooring-gateway-keys', 'keys.json'), 'keys');
  if (!ring) throw new Error('the Secret holds no keys for tokens');
  const owner = `${namespace.name}/${server}`;
  return signToken(
    { tokens: ring },
    { issuer: cluster.publicUrl, audience: cluster.endpoint(server), owner, ...times },
  );
}

test('a server that is well has every link', async () => {
  const { code, server } = await doctor('doc-well', await cluster.token('doc-well'), '--tool', 'echo', '--call');
  expect(server?.finding).toBeUndefined();
  expect(code).toBe(0);
  expect(server?.links.map(({ link }) => link).join(' ')).toBe(
    'manifest accepted program process port mcp tools route clock metadata token scopes call',
  );
  expect(server?.links.find(({ link }) => link === 'process')?.detail).toMatch(/^pod doc-well-\S+$/);
  expect(server?.links.at(-1)?.detail).toBe('the tool echo answered');
});

test('a server that is not there, and one that is in another namespace', async () => {
  const absent = await doctor('doc-wel');
  expect([absent.code, absent.finding?.link, absent.finding?.cause]).toEqual([1, 'manifest', 'NotDiscovered']);
  expect(absent.finding?.fix).toContain('Did you mean doc-well?');
  const { server } = await runDoctor('doc-well', { flags: ['-n', 'default'] });
  expect(server?.finding?.cause).toBe('NotDiscovered');
  expect(server?.finding?.fix).toContain(`-n ${namespace.name}`);
});

test.each([
  ['doc-off', 'manifest', 'NotEnabled', /enabled: true/],
  ['doc-package', 'accepted', 'PackageNotFound', /mooring-test-no-such-package/],
  ['doc-image', 'program', 'ImageMissing', /mooring\.test\/not-there:1/],
  ['doc-crash', 'process', 'CrashLooping', /FATAL[^]*mooring logs doc-crash -n/],
  [
    'doc-port',
    'port',
    'WrongPort',
    /By its output it listens on port 8081, and calls go to port 8080\.[^]*`port: 8081`/,
  ],
  ['doc-mute', 'port', 'ConnectionRefused', /8080[^]*cannot be seen from outside[^]*PORT/],
  ['doc-hang', 'mcp', 'Timeout', /no answer came in time/],
  ['doc-other', 'token', 'NotSignedIn', /mooring login https:/],
] as const)('%s: %s is broken by %s', async (name, link, cause, words) => {
  const { code, finding } = await doctor(name);
  expect([code, finding?.link, finding?.cause]).toEqual([1, link, cause]);
  expect(`${finding?.message}\n${finding?.fix}`).toMatch(words);
});

describe('a token', () => {
  test('that was made for another server', async () => {
    const { finding } = await doctor('doc-well', await cluster.token('doc-other'));
    expect([finding?.link, finding?.cause]).toEqual(['token', 'WrongAudience']);
    expect(finding?.message).toContain('The gateway says: The access token was issued for another resource.');
  });

  test('that has expired', async () => {
    const { finding } = await doctor('doc-well', await tokenOf('doc-well', { expiresIn: -30 }));
    expect([finding?.link, finding?.cause]).toEqual(['token', 'ExpiredToken']);
  });

  test('of the future', async () => {
    const { finding } = await doctor('doc-well', await tokenOf('doc-well', { issuedIn: 120 }));
    expect([finding?.link, finding?.cause]).toEqual(['token', 'ClockSkew']);
  });

  test('that grants too little for the server', async () => {
    const { finding } = await doctor('doc-strict', await tokenOf('doc-strict', {}));
    expect([finding?.link, finding?.cause]).toEqual(['scopes', 'MissingScope']);
    expect(finding?.message).toContain('needs the scopes admin, and the token grants user');
  });

  test('that grants too little for one tool', async () => {
    const { finding } = await doctor('doc-well', await tokenOf('doc-well', {}), '--tool', 'slow');
    expect([finding?.link, finding?.cause]).toEqual(['scopes', 'MissingScope']);
  });
});

test('a clock that is wrong: both the gateway and the API server say so', async () => {
  const { code, server } = await runDoctor('doc-well', {
    flags: ['-n', namespace.name],
    by: ['faketime', '--exclude-monotonic', '-f', '+10m'],
  });
  expect([code, server?.finding?.link, server?.finding?.cause]).toEqual([1, 'clock', 'ClockSkew']);
  expect(server?.finding?.message).toMatch(/gateway is 10 minutes behind.*API server is 10 minutes behind/);
  expect(server?.finding?.fix).toContain('of this machine');
});

test('no token is ever written', () => {
  expect(tokens.length).toBeGreaterThan(4);
  const signatures = tokens.flatMap((token) => token.split('.')[2] ?? []);
  expect(signatures.filter((signature) => written.includes(signature))).toEqual([]);
});
