import { expect, test } from 'vitest';
import { serverOf } from '../testdata/manifest.ts';
import { reservedVariables } from './environment.ts';
import { buildProcess, processRevision, secretsOf, type ProcessContext, type ProcessSpec } from './process.ts';

const CONTEXT: ProcessContext = {
  command: '/usr/bin/notes',
  cwd: '/state/servers/default/notes',
  host: '127.0.0.1',
  port: 5007,
  publicUrl: 'http://localhost:8080',
  identityJwks: '/state/identity-jwks.json',
  machine: { PATH: '/bin', LANG: 'C.UTF-8', TZ: 'UTC', TMPDIR: '/tmp', HOME: '/state/servers/default/notes' },
  secrets: new Map([['db', { url: 'postgres://u:pass@h/d', PORT: '1', 'not-a-name': 'n', KEY: 'k$(PORT)' }]]),
  secretPlace: (name, key) => ['/state/secrets', name, ...(key === undefined ? [] : [key])].join('/'),
};

function build(spec: Parameters<typeof serverOf>[0]): ProcessSpec {
  const built = buildProcess(serverOf(spec), CONTEXT);
  if ('reason' in built) throw new Error(built.message);
  return built;
}

test('a server is given exactly this', () => {
  process.env['OF_MOORING_ALONE'] = 'secret';
  expect(build({})).toEqual({
    command: '/usr/bin/notes',
    args: [],
    cwd: '/state/servers/default/notes',
    env: {
      PATH: '/bin',
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      TMPDIR: '/tmp',
      HOME: '/state/servers/default/notes',
      PORT: '5007',
      HOST: '127.0.0.1',
      MOORING_SERVER: 'default/notes',
      MOORING_PUBLIC_URL: 'http://localhost:8080',
      MOORING_IDENTITY_JWKS: '/state/identity-jwks.json',
    },
    secretValues: [],
  });
});

test('args and values use variables that stand before them', () => {
  const { args, env } = build({
    args: ['--listen', '$(HOST):$(PORT)', '$(LATER)', '$$(PORT)', '$(NONE)'],
    env: [
      { name: 'EARLY', value: '$(LATER)' },
      { name: 'LATER', value: 'x$(PORT)' },
    ],
  });
  expect(args).toEqual(['--listen', '127.0.0.1:5007', 'x5007', '$(PORT)', '$(NONE)']);
  expect(env).toMatchObject({ EARLY: '$(LATER)', LATER: 'x5007' });
});

test('Secrets come by key or whole, are not expanded, and are known for masking', () => {
  const { env, secretValues } = build({
    envFrom: [{ secretRef: { name: 'db' }, prefix: 'DB_' }],
    env: [
      { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'db', key: 'url' } } },
      { name: 'DB_KEY', value: 'env wins over envFrom' },
    ],
  });
  expect(env).toMatchObject({
    DB_url: 'postgres://u:pass@h/d',
    DATABASE_URL: 'postgres://u:pass@h/d',
    DB_KEY: 'env wins over envFrom',
    DB_PORT: '1',
  });
  expect(Object.keys(env)).not.toContain('DB_not-a-name');
  expect(secretValues).toEqual(expect.arrayContaining(['postgres://u:pass@h/d', 'k$(PORT)']));
});

test('what Mooring sets stays so, and the manifest is told', () => {
  const spec = {
    envFrom: [{ secretRef: { name: 'db' } }],
    env: [
      { name: 'TZ', value: 'Europe/Berlin' },
      { name: 'PORT', value: '1' },
      { name: 'MOORING_IDENTITY_JWKS', value: '/evil' },
      { name: 'MOORING_LOG_LEVEL', value: 'debug' },
    ],
  };
  expect(build(spec).env).toMatchObject({
    TZ: 'Europe/Berlin',
    PORT: '5007',
    MOORING_IDENTITY_JWKS: '/state/identity-jwks.json',
    MOORING_LOG_LEVEL: 'debug',
  });
  expect(reservedVariables(serverOf(spec))).toEqual(['spec.env[1] (PORT)', 'spec.env[2] (MOORING_IDENTITY_JWKS)']);
});

test('everything that is missing is named at once, with the file to make', () => {
  const built = buildProcess(
    serverOf({
      envFrom: [{ secretRef: { name: 'absent' } }],
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'b' } } }],
    }),
    CONTEXT,
  );
  expect(built).toMatchObject({ reason: 'SecretMissing', stalled: true });
  expect('message' in built && built.message).toContain(
    'Secret "absent" (put a file for each key into /state/secrets/absent)',
  );
  expect('message' in built && built.message).toContain('/state/secrets/db/b');
});

test('the revision changes with what touches the process, and with nothing else', () => {
  const revision = (spec: Parameters<typeof serverOf>[0], url = 'http://a') => processRevision(serverOf(spec), url);
  const same = revision({ args: ['a'] });
  expect(revision({ args: ['a'], title: 'T', oauth: { required: false }, displayInWeb: true, tags: ['x'] })).toBe(same);
  for (const spec of [
    { args: ['b'] },
    { args: ['a'], path: '/x' },
    { args: ['a'], port: 5001 },
    { args: ['a'], env: [] },
  ]) {
    expect(revision(spec)).not.toBe(same);
  }
  expect(revision({ args: ['a'] }, 'http://b')).not.toBe(same);
  expect(secretsOf(serverOf({ envFrom: [{ secretRef: { name: 'a' } }, { secretRef: { name: 'a' } }] }))).toEqual(['a']);
});
