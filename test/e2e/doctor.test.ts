import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadKeyFile } from '../../core/keys.ts';
import { GATEWAY_KEYS } from '../../gateway/gateway-keys.ts';
import type { Diagnosis } from '../../cli/doctor/report.ts';
import { inPath, installPackage, isExecutable } from '../support/debian-package.ts';
import { manifest } from '../support/manifests.ts';
import { condition, run, startMooring, until, type RunningMooring } from '../support/mooring.ts';
import { signToken, type Times } from '../support/sign-token.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Every cause that doctor must find is produced here but ImageMissing: on a laptop nothing runs in containers. A manifest that names an image alone is
// NeedsBinary there.

const ROOT = join(import.meta.dirname, '..', '..');
const OPEN = 'oauth: { required: false }';
const TOOL_OF_ADMIN = 'oauth: { scopes: [user], tools: [{ match: headers, scopes: [admin] }] }';

const withoutSource = (name: string, source: string): string =>
  `apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: { name: ${name} }\nspec: { ${source} }\n`;

const MANIFESTS = {
  'well.yaml': manifest('well', { script: 'echo.ts', spec: TOOL_OF_ADMIN }),
  'other.yaml': manifest('other', { script: 'echo.ts' }),
  'strict.yaml': manifest('strict', { script: 'echo.ts', spec: 'oauth: { scopes: [admin] }' }),
  'off.yaml': manifest('off', { script: 'echo.ts', spec: 'enabled: false' }),
  'wrong-port.yaml': manifest('wrong-port', { script: 'wrong-port.ts' }),
  'mute.yaml': manifest('mute', { script: 'mute.ts' }),
  'hang.yaml': manifest('hang', { script: 'hang.ts' }),
  'image-only.yaml': withoutSource('image-only', 'image: registry.example.com/x:1'),
  'no-program.yaml': withoutSource('no-program', 'binary: no-such-program'),
  'no-package.yaml': withoutSource(
    'no-package',
    'package: { registry: npm, name: mooring-test-no-such-package, version: 1.0.0 }',
  ),
  'invalid.yaml': manifest('invalid', { script: 'echo.ts', spec: 'prot: 1' }),
};

/** Servers that do not come up, and what the operator says of them before doctor is asked. */
const TROUBLES = {
  'wrong-port': 'PortNotOpened',
  mute: 'PortNotOpened',
  hang: 'NoAnswer',
  'image-only': 'NeedsBinary',
  'no-program': 'BinaryNotFound',
};

let mooring: RunningMooring;
/** Every token that doctor was given, and all that it wrote. */
const tokens: string[] = [];
let written = '';

beforeAll(async () => {
  if (!inPath('faketime').some(isExecutable))
    installPackage(
      'faketime',
      'This test needs faketime in PATH (Debian: apt-get install faketime; macOS: brew install libfaketime).',
    );
  mooring = await startMooring({ manifests: MANIFESTS, ready: ['well', 'other', 'strict'] });
  for (const [name, reason] of Object.entries(TROUBLES)) {
    await until(
      async () => (await condition(mooring, name, 'Ready'))?.reason === reason,
      `${name} to be ${reason}`,
      60_000,
    );
  }
}, 240_000);

afterAll(async () => mooring?.[Symbol.asyncDispose]());

async function doctor(name: string, ...flags: string[]) {
  const { code, stdout, stderr } = await mooring.cli('doctor', name, '-o', 'json', ...flags);
  written += stdout + stderr;
  const [server] = (JSON.parse(stdout || '{"servers":[]}') as Diagnosis).servers;
  return { code, stderr, server, finding: server?.finding };
}

/** A token with times that Mooring would not give. */
const tokenOf = async (server: string, times: Times): Promise<string> =>
  signToken(await loadKeyFile(join(mooring.home, 'keys', 'gateway.json'), GATEWAY_KEYS), {
    issuer: mooring.url,
    audience: mooring.endpoint(server),
    owner: `default/${server}`,
    ...times,
  });

/** doctor with this token, from a file. */
async function withToken(name: string, token: string, ...flags: string[]) {
  tokens.push(token);
  const file = join(await temporaryFolder(), 'token');
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return doctor(name, '--token-file', file, ...flags);
}

describe('a server that is well', () => {
  test('has every link, in a form that is stable', async () => {
    const { code, server } = await doctor('well');
    const text = JSON.stringify(server, undefined, 1)
      .replaceAll(/localhost:\d+/g, 'localhost:PORT')
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
      .replaceAll(/process \d+/g, 'process PID')
      .replaceAll(ROOT, '/checkout')
      .replaceAll(/\/[^" ]*\/manifests\//g, '/manifests/');
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchSnapshot();
  });

  test('is called by nobody but who says so', async () => {
    expect((await doctor('well', '--tool', 'headers')).server?.links.at(-1)).toEqual({
      link: 'call',
      ok: true,
      detail: 'shows the tool headers; it was not called',
    });
    expect((await doctor('well', '--tool', 'headers', '--call')).server?.links.at(-1)?.detail).toContain('answered');
    expect((await doctor('well', '--tool', 'echo', '--call')).server?.links.at(-1)?.detail).toContain('needs text');
  });

  test('a tool that it has not', async () => {
    const { code, finding } = await doctor('well', '--tool', 'header');
    expect([code, finding?.cause, finding?.fix]).toEqual([1, 'ToolMissing', 'Did you mean headers?']);
  });
});

describe('a server that is not seen', () => {
  test('no manifest describes it', async () => {
    const { code, finding } = await doctor('wel');
    expect([code, finding?.link, finding?.cause]).toEqual([1, 'manifest', 'NotDiscovered']);
    expect(finding?.message).toContain(mooring.manifests);
    expect(finding?.fix).toContain('Did you mean well?');
  });

  test('its manifest is not valid', async () => {
    const { finding } = await doctor('invalid');
    expect(finding?.cause).toBe('NotDiscovered');
    expect(finding?.message).toMatch(/invalid\.yaml:\d+: spec\.prot/);
    expect(finding?.fix).toContain('invalid.yaml');
  });

  test('its manifest lies where nobody follows', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lost.yaml'), manifest('lost', { script: 'echo.ts' }));
    const argv = ['doctor', 'lost', '-o', 'json', '--home', mooring.home];
    const { stdout } = await run(join(ROOT, 'bin', 'mooring'), argv, { cwd: folder });
    const [server] = (JSON.parse(stdout) as Diagnosis).servers;
    expect(server?.finding?.cause).toBe('NotDiscovered');
    expect(server?.finding?.fix).toContain('--manifests lost.yaml');
  });

  test('Mooring does not run', async () => {
    const home = join(await temporaryFolder(), 'home');
    await mkdir(home, { mode: 0o700 });
    const { code, stderr } = await run(join(ROOT, 'bin', 'mooring'), ['doctor', 'well', '--home', home]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/mooring up.*not_running/);
  });

  test('somebody else has its name', async () => {
    await mooring.apply('usurper.yaml', manifest('other', { script: 'echo.ts' }));
    await until(async () => (await mooring.cli('list')).stdout.includes('NameTaken'), 'NameTaken');
    const { code, stdout } = await mooring.cli('doctor', 'other', '-o', 'json');
    await mooring.remove('usurper.yaml');
    const findings = (JSON.parse(stdout) as Diagnosis).servers.map(({ finding }) => finding?.cause);
    expect(code).toBe(1);
    expect(new Set(findings)).toEqual(new Set(['NameTaken', undefined]));
  });
});

test.each([
  ['off', 'manifest', 'NotEnabled', /enabled: true.*off\.yaml/s],
  ['no-package', 'accepted', 'PackageNotFound', /mooring-test-no-such-package.*spec\.package\.name/s],
  ['image-only', 'program', 'NeedsBinary', /spec\.binary/],
  ['no-program', 'program', 'BinaryNotFound', /no-such-program/],
  ['wrong-port', 'port', 'WrongPort', /listens at 127\.0\.0\.1 port \d+.*calls go to port \d+.*PORT/s],
  ['mute', 'port', 'ConnectionRefused', /listens on no port.*PORT.*mooring logs mute/s],
  ['hang', 'mcp', 'Timeout', /no answer came in time/],
] as const)(
  '%s: %s is broken by %s',
  async (name, link, cause, words) => {
    const { code, server, finding } = await doctor(name);
    expect([code, finding?.link, finding?.cause]).toEqual([1, link, cause]);
    expect(`${finding?.message}\n${finding?.fix}`).toMatch(words);
    expect(server?.links.filter(({ ok }) => !ok)).toHaveLength(1);
    expect(server?.links.at(-1)?.link).toBe(link);
  },
  60_000,
);

describe('a token', () => {
  test('that was made for another server', async () => {
    const { code, finding } = await withToken('well', await mooring.token('other'));
    expect([code, finding?.link, finding?.cause]).toEqual([1, 'token', 'WrongAudience']);
    expect(finding?.message).toContain(
      `was made for ${mooring.endpoint('other')}; this server is ${mooring.endpoint('well')}`,
    );
    expect(finding?.message).toContain('The gateway says: The access token was issued for another resource.');
    expect(finding?.fix).toContain('mooring token --server well');
  });

  test('that has expired', async () => {
    const { finding } = await withToken('well', await tokenOf('well', { expiresIn: -30 }));
    expect([finding?.link, finding?.cause]).toEqual(['token', 'ExpiredToken']);
    expect(finding?.message).toMatch(/expired at \d{4}-.*The gateway says: The access token has expired/);
  });

  test('of the future', async () => {
    const { finding } = await withToken('well', await tokenOf('well', { issuedIn: 120 }));
    expect([finding?.link, finding?.cause]).toEqual(['token', 'ClockSkew']);
    expect(finding?.message).toMatch(/made in the future.*not valid yet/);
  });

  test('that grants too little for the server', async () => {
    const { finding } = await withToken('strict', await mooring.token('strict', 'user'));
    expect([finding?.link, finding?.cause]).toEqual(['scopes', 'MissingScope']);
    expect(finding?.message).toContain('needs the scopes admin, and the token grants user');
  });

  test('that grants too little for one tool', async () => {
    const token = await mooring.token('well', 'user');
    expect((await withToken('well', token)).code).toBe(0);
    const { finding } = await withToken('well', token, '--tool', 'headers');
    expect([finding?.link, finding?.cause]).toEqual(['scopes', 'MissingScope']);
    expect(finding?.message).toContain('The tool headers needs the scopes user admin');
  });

  test('that is none', async () => {
    const { finding } = await withToken('well', 'opaque-0123456789');
    expect([finding?.link, finding?.cause]).toEqual(['token', 'InvalidToken']);
  });

  test('comes from a variable or from stdin as well, and is about one server', async () => {
    const token = await mooring.token('other');
    tokens.push(token);
    const argv = ['bin/mooring', 'doctor', 'well', '--home', mooring.home];
    const env = { ...process.env, MOORING_TOKEN: token };
    expect((await run('sh', ['-c', argv.join(' ')], { env })).stdout).toContain('WrongAudience');
    const piped = await run('sh', ['-c', `echo "$GIVEN" | ${argv.join(' ')} --token-file -`], {
      env: { ...process.env, GIVEN: token },
    });
    expect(piped.stdout).toContain('WrongAudience');
    const { code, stderr } = await mooring.cli('doctor', '--token-file', '/dev/null');
    expect([code, stderr]).toEqual([2, expect.stringContaining('give its name')]);
  });
});

test('a clock that is wrong is found before anything is said of tokens', async () => {
  const argv = [
    '--exclude-monotonic',
    '-f',
    '+10m',
    'bin/mooring',
    'doctor',
    'well',
    '--home',
    mooring.home,
    '-o',
    'json',
  ];
  const { code, stdout } = await run('faketime', argv);
  const [server] = (JSON.parse(stdout) as Diagnosis).servers;
  expect([code, server?.finding?.link, server?.finding?.cause]).toEqual([1, 'clock', 'ClockSkew']);
  expect(server?.finding?.message).toContain('10 minutes behind the clock of this machine');
});

test('a server that stops answering later', async () => {
  const { server } = await doctor('other');
  const [, digits] = /process (\d+)/.exec(server?.links.find(({ link }) => link === 'process')?.detail ?? '') ?? [];
  if (digits === undefined) throw new Error(`no process: ${JSON.stringify(server)}`);
  const pid = Number(digits);
  process.kill(pid, 'SIGSTOP');
  // Until the operator notices, the call through the gateway tells of it; then the operator does.
  const { finding } = await doctor('other');
  process.kill(pid, 'SIGCONT');
  expect(finding?.cause).toBe('Timeout');
}, 60_000);

test('all at once: a line for each, more for those that are broken, and what is not valid', async () => {
  const { code, stdout } = await mooring.cli('doctor');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✓ default\/well +answers, with 2 tools$/m);
  expect(stdout).toMatch(/^✗ default\/wrong-port +port: WrongPort\n {4}It listens at .*\n {4}Fix: /m);
  expect(stdout).toMatch(/invalid\.yaml:\d+: spec\.prot/);
  // Switched off on purpose: told, and nothing that is broken.
  expect(stdout).toMatch(/^- default\/off +disabled \(spec\.enabled: false\)$/m);
  const names = (await mooring.cli('doctor', '-o', 'name')).stdout.split('\n');
  expect(names).toContain('mute');
  expect(names).not.toContain('off');
}, 60_000);

test('what is switched off says so to whoever would call it', async () => {
  for (const argv of [
    ['call', 'off', 'echo'],
    ['tools', 'off'],
    ['token', '--server', 'off'],
    ['validate', 'off'],
  ]) {
    const { code, stdout, stderr } = await mooring.cli(...argv);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/off is disabled \(spec\.enabled: false\)\. .*off\.yaml:1\. \(disabled, /);
  }
}, 60_000);

test('several that are named: every link of each', async () => {
  const { code, stdout } = await mooring.cli('doctor', 'well', 'other');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^default\/well\n {2}✓ manifest[^]*^default\/other\n {2}✓ manifest/m);
  expect((await mooring.cli('doctor', 'well', 'off')).code).toBe(1);
  expect((await mooring.cli('doctor', 'well', 'other', '--tool', 'echo')).code).toBe(2);
}, 60_000);

describe('through a gateway alone', () => {
  const atGateway = async (name: string, ...flags: string[]) => {
    const argv = ['doctor', name, '-o', 'json', '--gateway', mooring.url, ...flags];
    const { code, stdout, stderr } = await run(join(ROOT, 'bin', 'mooring'), argv);
    written += stdout + stderr;
    const server = (JSON.parse(stdout) as Diagnosis).servers[0];
    return { code, links: server?.links.map(({ link }) => link), finding: server?.finding };
  };

  test('from the route on, with a token that was given', async () => {
    const file = join(await temporaryFolder(), 'token');
    const token = await mooring.token('well');
    tokens.push(token);
    await writeFile(file, token, { mode: 0o600 });
    const { code, links } = await atGateway('well', '--token-file', file);
    expect(links).toEqual(['manifest', 'route', 'clock', 'metadata', 'token', 'scopes', 'call']);
    expect(code).toBe(0);
    expect((await atGateway('other', '--token-file', file)).finding?.cause).toBe('WrongAudience');
  });

  test('without a token, without being there, and without being ready', async () => {
    expect((await atGateway('well')).finding).toMatchObject({ link: 'token', cause: 'NotSignedIn' });
    expect((await atGateway('nobody')).finding).toMatchObject({ link: 'manifest', cause: 'NotDiscovered' });
    expect((await atGateway('mute')).finding).toMatchObject({
      link: 'port',
      fix: expect.stringContaining('its owner'),
    });
  });
});

describe('a public URL where the gateway is not', () => {
  let lost: RunningMooring;
  let elsewhere: Server | undefined;
  let port: number;

  /** Who answers at the public URL. */
  async function answerBy(listener: Parameters<typeof createServer>[1]): Promise<void> {
    elsewhere?.close().closeAllConnections();
    elsewhere = createServer(listener ?? (() => {})).listen(port, '127.0.0.1');
    await new Promise((resolve) => elsewhere?.once('listening', resolve));
    ({ port } = elsewhere.address() as AddressInfo);
  }

  beforeAll(async () => {
    port = 0;
    await answerBy((_, response) => response.end('<h1>It works!</h1>'));
    lost = await startMooring({
      manifests: { 'open.yaml': manifest('open', { script: 'echo.ts', spec: OPEN }) },
      config: `publicUrl: http://127.0.0.1:${port}\n`,
      ready: ['open'],
    });
  }, 60_000);

  afterAll(async () => {
    elsewhere?.close().closeAllConnections();
    await lost?.[Symbol.asyncDispose]();
  });

  const look = async () => {
    const { stdout } = await lost.cli('doctor', 'open', '-o', 'json');
    return (JSON.parse(stdout) as Diagnosis).servers[0]?.finding;
  };

  test('something else answers there', async () => {
    const finding = await look();
    expect([finding?.link, finding?.cause]).toEqual(['route', 'PublicUrlWrong']);
    expect(finding?.message).toMatch(/Something else answers there.*The gateway itself runs at http:\/\/localhost:\d+/);
    expect(finding?.fix).toContain('mooring.yaml');
  });

  test('a redirect', async () => {
    await answerBy((_, response) => response.writeHead(308, { location: 'https://mcp.example.com/' }).end());
    expect((await look())?.message).toContain('redirect to https://mcp.example.com/');
  });

  test('a proxy that does not find the gateway', async () => {
    await answerBy((_, response) => response.writeHead(502).end());
    expect((await look())?.cause).toBe('GatewayDown');
  });

  test('nobody answers in time', async () => {
    await answerBy(() => {});
    const finding = await look();
    expect([finding?.link, finding?.cause]).toEqual(['route', 'Timeout']);
  });

  test('nobody listens there', async () => {
    elsewhere?.close().closeAllConnections();
    const finding = await look();
    expect([finding?.link, finding?.cause]).toEqual(['route', 'PublicUrlWrong']);
    expect(finding?.message).toContain(`Nothing listens at http://127.0.0.1:${port}`);
  });
});

test('no token is ever written, whether it is good or not', async () => {
  await withToken('well', await mooring.token('well'), '--tool', 'headers', '--call');
  await withToken('well', await mooring.token('other'));
  await withToken('well', await tokenOf('well', { expiresIn: -30 }));
  await withToken('well', 'opaque-0123456789');
  const secrets = tokens.map((token) => token.split('.').at(-1) ?? '');
  const seen = written + mooring.output();
  expect(seen).toContain('WrongAudience');
  expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
});
