import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../test/support/certificates.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { McpServerSpec, type McpServer } from '../../crds/mcpserver.ts';
import { homePaths } from '../home.ts';
import { cachedCredentials } from './cached-credentials.ts';
import { directoryCredentials } from './directory-credentials.ts';
import { headerFields } from './header-fields.ts';
import { CredentialsProblem, type RemoteCredentials } from './remote-credentials.ts';

const HOST = 'server.example:8443';
const REMOTE = {
  url: `https://${HOST}/mcp`,
  headersFrom: { secretRef: { name: 'token' } },
  caBundleFrom: { configMapRef: { name: 'ca' } },
};

function serverOf(remote: object = REMOTE, generation = 1): McpServer {
  const metadata = {
    name: 'crm',
    namespace: 'default',
    uid: 'u1',
    generation,
    resourceVersion: '1',
    creationTimestamp: '',
  };
  return { apiVersion: 'mooring.dev/v1alpha1', kind: 'McpServer', metadata, spec: McpServerSpec.parse({ remote }) };
}

/** A state folder with this Secret. */
async function home(
  files: Readonly<Record<string, string>>,
): Promise<{ folder: string; credentials: RemoteCredentials }> {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return { folder, credentials: directoryCredentials(homePaths(folder)) };
}

const problemOf = async (promise: Promise<unknown>): Promise<{ reason: string; message: string }> => {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof CredentialsProblem)) throw new Error(`no problem but ${String(error)}`);
  return error;
};

describe('a Secret of the state folder', () => {
  test('gives a header for each file', async () => {
    const { credentials } = await home({
      'secrets/token/Authorization': 'Bearer s3cret\n',
      'secrets/token/X-Tenant': 'a b',
      'secrets/token/.remote-host': `${HOST}\n`,
    });
    expect(await credentials.headers(serverOf())).toEqual({ authorization: 'Bearer s3cret', 'x-tenant': 'a b' });
    expect(await credentials.headers(serverOf({ url: REMOTE.url }))).toEqual({});
    expect(await credentials.ca(serverOf({ url: REMOTE.url }))).toBeUndefined();
  });

  test.each([
    ['of no host', {}, 'does not say which host'],
    [
      'of another host',
      { 'secrets/token/.remote-host': 'other.example' },
      'is for the host "other.example", not for "server.example:8443"',
    ],
    [
      'of another port',
      { 'secrets/token/.remote-host': 'server.example' },
      'is for the host "server.example", not for',
    ],
  ])('%s is sent nowhere', async (_, files, message) => {
    const { credentials, folder } = await home({ 'secrets/token/Authorization': 'Bearer s3cret', ...files });
    const problem = await problemOf(credentials.headers(serverOf()));
    expect(problem.reason).toBe('HostNotBound');
    expect(problem.message).toContain(message);
    expect(problem.message).toContain(`write "${HOST}" into ${folder}/secrets/token/.remote-host`);
    expect(problem.message).not.toContain('s3cret');
  });

  test('that is not there is named with its place', async () => {
    const { credentials, folder } = await home({});
    expect(await problemOf(credentials.headers(serverOf()))).toMatchObject({
      reason: 'SecretMissing',
      message: expect.stringContaining(`${folder}/secrets/token`),
    });
    expect(await problemOf(credentials.ca(serverOf()))).toMatchObject({
      reason: 'ConfigMapMissing',
      message: expect.stringContaining(`${folder}/configmaps/ca`),
    });
  });
});

describe('certificates', () => {
  test('of every file are taken', async () => {
    const [one, two] = [createCertificateAuthority().cert, createCertificateAuthority().cert];
    const { credentials } = await home({ 'configmaps/ca/a.crt': `# first\n${one}`, 'configmaps/ca/b.crt': two });
    const bundle = await credentials.ca(serverOf());
    for (const cert of [one, two]) expect(bundle).toContain(cert.trim());
  });

  test.each([
    ['none', 'hello', 'holds no certificate'],
    [
      'one that is broken',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'cannot be read: number 1 of 1',
    ],
  ])('%s is a problem', async (_, text, message) => {
    const { credentials } = await home({ 'configmaps/ca/a': text });
    expect(await problemOf(credentials.ca(serverOf()))).toMatchObject({
      reason: 'InvalidCaBundle',
      message: expect.stringContaining(message),
    });
  });
});

describe('headers', () => {
  test.each([
    ['the body', { 'Content-Type': 'a' }],
    ['the frame', { 'Transfer-Encoding': 'chunked' }],
    ['the host', { host: 'other.example' }],
    ['MCP', { 'Mcp-Method': 'a' }],
    ['an identity', { 'Mooring-Identity': 'a' }],
    ['a line break', { a: 's3cret\r\nhost: b' }],
    ['other scripts', { a: 's3cretß' }],
    ['nothing', { a: '' }],
    ['too much', { a: 's3cret'.repeat(2000) }],
    ['no name', { 'a b': 's3cret' }],
    ['one name twice', { A: 's3cret', a: 's3cret' }],
    ['no headers', {}],
    ['too many', Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`a${index}`, 's3cret']))],
  ])('that say %s are refused, and their values told nobody', (_, fields) => {
    const read = (): unknown => headerFields(new Map(Object.entries(fields)), 'Secret "x"');
    expect(read).toThrow(CredentialsProblem);
    expect(read).not.toThrow('s3cret');
  });
});

describe('what is cached', () => {
  const TIMES = { freshMs: 50, problemMs: 0, staleMs: 60_000, patienceMs: 50 };

  function counting(answer: () => Promise<Record<string, string>>) {
    let asked = 0;
    const credentials = cachedCredentials(
      { headers: async () => (asked++, answer()), ca: async () => undefined },
      TIMES,
    );
    return { credentials, asked: () => asked };
  }

  test('is asked for once while it is fresh, and anew for another generation or URL', async () => {
    const { credentials, asked } = counting(async () => ({ a: '1' }));
    for (const _ of [1, 2, 3]) expect(await credentials.headers(serverOf())).toEqual({ a: '1' });
    expect(asked()).toBe(1);
    await credentials.headers(serverOf(REMOTE, 2));
    await credentials.headers(serverOf({ ...REMOTE, url: 'https://other.example/' }, 2));
    expect(asked()).toBe(3);
  });

  test('outlives an API server that is away, and follows one that is back', async () => {
    let state: 'here' | 'away' | 'new' = 'here';
    const { credentials } = counting(async () => {
      if (state === 'away') throw new Error('away');
      return { a: state };
    });
    await credentials.headers(serverOf());
    state = 'away';
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await credentials.headers(serverOf())).toEqual({ a: 'here' });
    state = 'new';
    await expect.poll(async () => credentials.headers(serverOf())).toEqual({ a: 'new' });
  });

  test('forgets a problem as soon as it is over, and values as soon as there is one', async () => {
    let problem: Error | undefined = new CredentialsProblem('AccessMissing', 'no');
    const { credentials } = counting(async () => {
      if (problem) throw problem;
      return { a: '1' };
    });
    await expect(credentials.headers(serverOf())).rejects.toThrow('no');
    problem = undefined;
    expect(await credentials.headers(serverOf())).toEqual({ a: '1' });
    problem = new CredentialsProblem('AccessMissing', 'withdrawn');
    await expect.poll(async () => credentials.headers(serverOf()).catch(() => 'withdrawn')).toBe('withdrawn');
  });

  test('is nothing where the first answer never came', async () => {
    const { credentials, asked } = counting(async () => Promise.reject(new Error('away')));
    await expect(credentials.headers(serverOf())).rejects.toThrow('away');
    await expect(credentials.headers(serverOf())).rejects.toThrow('away');
    expect(asked()).toBe(2);
  });
});
