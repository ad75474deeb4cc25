import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readCredentials } from '../credentials/credentials-file.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';

const RESOURCE_METADATA = '/.well-known/oauth-protected-resource/api/v1/mcp/registry';
const SERVER_METADATA = '/.well-known/oauth-authorization-server';

/** A gateway that can say what a real one never says; test/e2e/login.test.ts has a real one. */
let gateway: Server;
let origin: string;
let answers: Record<string, { status?: number; body: unknown }>;
let requests: { path: string; body: URLSearchParams }[];
let output: { stdout: string; stderr: string };

const resourceMetadata = () => ({ resource: `${origin}/api/v1/mcp/registry`, authorization_servers: [origin] });
const serverMetadata = () => ({
  issuer: origin,
  authorization_endpoint: `${origin}/authorize`,
  token_endpoint: `${origin}/token`,
  revocation_endpoint: `${origin}/revoke`,
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
});
const TOKENS = {
  access_token: 'the-access-token',
  token_type: 'Bearer',
  expires_in: 900,
  refresh_token: 'the-refresh-token',
};

beforeEach(async () => {
  vi.stubEnv('XDG_CONFIG_HOME', await temporaryFolder());
  output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((part) => {
      output[stream] += String(part);
      return true;
    });
  }
  requests = [];
  const answer = async (request: IncomingMessage) => {
    const path = request.url ?? '';
    requests.push({ path, body: new URLSearchParams(await text(request)) });
    return answers[path] ?? { status: 404, body: {} };
  };
  gateway = createServer((request, response) => {
    void answer(request).then(({ status = 200, body }) => response.writeHead(status).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => gateway.listen(0, 'localhost', resolve));
  origin = `http://localhost:${(gateway.address() as AddressInfo).port}`;
  answers = {
    [RESOURCE_METADATA]: { body: resourceMetadata() },
    [SERVER_METADATA]: { body: serverMetadata() },
    '/token': { body: TOKENS },
    '/revoke': { body: {} },
  };
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  gateway.close();
  gateway.closeAllConnections();
});

/** What the browser is told to open. */
async function address(): Promise<URL> {
  await expect.poll(() => output.stderr).toMatch(/^http\S+\/authorize\S+$/m);
  return new URL(/^http\S+\/authorize\S+$/m.exec(output.stderr)?.[0] ?? '');
}

/** Signs in, with a browser that comes back with this beside the state; says what its page shows. */
async function signIn(back: Record<string, string> = { code: 'the-code', iss: origin }): Promise<string> {
  output.stderr = '';
  const end = login(origin, { browser: false });
  const returned = address().then(async ({ searchParams }) => {
    const query = new URLSearchParams({ state: searchParams.get('state') ?? '', ...back });
    return (await fetch(`${searchParams.get('redirect_uri')}?${query.toString()}`)).text();
  });
  await end;
  return returned;
}

const expectRefused = async (back: Record<string, string>, code: string, message: string): Promise<void> => {
  await expect(signIn(back)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  expect(await readCredentials()).toEqual({ gateways: {} });
};

describe('a sign-in', () => {
  test('redeems the code with the verifier of its challenge, and keeps what it gets', async () => {
    expect(await signIn()).toContain('You are signed in');
    const { searchParams } = await address();
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'mooring-cli',
      code_challenge_method: 'S256',
      resource: `${origin}/api/v1/mcp/registry`,
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    const { body } = requests.find(({ path }) => path === '/token') ?? {};
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body?.get('code_verifier') ?? ''));
    expect(Buffer.from(digest).toString('base64url')).toBe(searchParams.get('code_challenge'));
    expect([body?.get('code'), body?.get('redirect_uri')]).toEqual(['the-code', searchParams.get('redirect_uri')]);
    expect(output.stdout).toBe(`Signed in to ${origin}.\n`);
    expect((await readCredentials()).gateways[origin]?.refreshToken).toBe('the-refresh-token');
    expect(JSON.stringify(output)).not.toMatch(/the-(access|refresh)-token|the-code/);
  });

  test('takes the place of the one before, which is ended', async () => {
    await signIn();
    answers['/token'] = { body: { ...TOKENS, refresh_token: 'another' } };
    await signIn();
    expect(requests.filter(({ path }) => path === '/revoke').map(({ body }) => body.get('token'))).toEqual([
      TOKENS.refresh_token,
    ]);
    expect((await readCredentials()).gateways[origin]?.refreshToken).toBe('another');
  });

  test('answered by another server waits for the answer of its own', async () => {
    const end = login(origin, { browser: false });
    const { searchParams } = await address();
    const send = async (back: Record<string, string>): Promise<string> => {
      const query = new URLSearchParams({ state: searchParams.get('state') ?? '', ...back });
      return (await fetch(`${searchParams.get('redirect_uri')}?${query.toString()}`)).text();
    };
    expect(await send({ code: 'theirs', iss: 'https://attacker.example' })).toContain('Not this sign-in');
    expect(await send({ code: 'theirs' })).toContain('Not this sign-in');
    expect(await send({ code: 'ours', iss: origin })).toContain('You are signed in');
    await end;
    expect(requests.filter(({ path }) => path === '/token').map(({ body }) => body.get('code'))).toEqual(['ours']);
  });

  test('that is declined says so', async () => {
    await expectRefused({ error: 'access_denied', iss: origin }, 'access_denied', `mooring login ${origin}`);
  });

  test('that is refused says why, and nothing that could turn the terminal around', async () => {
    const error_description = 'no\u001b[2J \u202ewords';
    await expectRefused(
      { error: 'invalid_request', error_description, iss: origin },
      'sign_in_refused',
      'no\ufffd[2J \ufffdwords',
    );
    await expectRefused({ iss: origin }, 'sign_in_refused', 'no code');
  });

  test.each([
    [
      'refuses the code',
      { status: 400, body: { error: 'invalid_grant', error_description: 'too late' } },
      'sign_in_refused',
      'too late',
    ],
    ['gives no refresh token', { body: { ...TOKENS, refresh_token: undefined } }, 'sign_in_refused', 'lasts'],
    ['gives tokens for ever', { body: { ...TOKENS, expires_in: 1e308 } }, 'not_a_gateway', 'Check the URL'],
    ['gives a token without end', { body: { ...TOKENS, refresh_token: 'x'.repeat(8193) } }, 'not_a_gateway', 'URL'],
    ['gives tokens of another kind', { body: { ...TOKENS, token_type: 'DPoP' } }, 'not_a_gateway', 'Check the URL'],
    [
      'is in trouble',
      { status: 503, body: { error_description: 'The database is away.' } },
      'unreachable',
      'database is away',
    ],
  ])('whose server %s', async (_, answer, code, message) => {
    answers['/token'] = answer;
    await expectRefused({ code: 'x', iss: origin }, code, message);
  });

  test('that nobody finishes ends', async () => {
    await expect(login(origin, { browser: false, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'not_signed_in',
      message: expect.stringContaining(`mooring login ${origin}`),
    });
    await expect(fetch((await address()).searchParams.get('redirect_uri') ?? '')).rejects.toThrow('fetch failed');
  });
});

describe('a gateway is not believed', () => {
  test.each([
    ['another resource', RESOURCE_METADATA, { resource: 'https://other.example/api/v1/mcp/registry' }, 'wrong_host'],
    ['a sign-in without TLS', RESOURCE_METADATA, { authorization_servers: ['http://auth.example'] }, 'not_a_gateway'],
    ['another issuer', SERVER_METADATA, { issuer: 'https://other.example' }, 'not_a_gateway'],
    ['a token endpoint without TLS', SERVER_METADATA, { token_endpoint: 'http://auth.example/token' }, 'not_a_gateway'],
    [
      'a token endpoint on this machine',
      SERVER_METADATA,
      { token_endpoint: 'http://localhost:2/admin' },
      'not_a_gateway',
    ],
    ['a revocation endpoint elsewhere', SERVER_METADATA, { revocation_endpoint: 'https://x.example' }, 'not_a_gateway'],
    ['a page elsewhere', SERVER_METADATA, { authorization_endpoint: 'https://x.example/authorize' }, 'not_a_gateway'],
    ['a page of the browser', SERVER_METADATA, { authorization_endpoint: 'javascript:alert(1)' }, 'not_a_gateway'],
    ['no PKCE', SERVER_METADATA, { code_challenge_methods_supported: ['plain'] }, 'not_a_gateway'],
    [
      'no issuer in answers',
      SERVER_METADATA,
      { authorization_response_iss_parameter_supported: false },
      'not_a_gateway',
    ],
  ])('that names %s', async (_, path, change, code) => {
    const usual = path === RESOURCE_METADATA ? resourceMetadata() : serverMetadata();
    answers[path] = { body: { ...usual, ...change } };
    await expect(login(origin, { browser: false })).rejects.toMatchObject({ code });
    expect(output.stderr).toBe('');
  });
});

test('a gateway cannot have this machine ask what else runs on it', async () => {
  let asked = 0;
  const other = createServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ ...serverMetadata(), issuer: elsewhere }));
  });
  await new Promise<void>((resolve) => other.listen(0, 'localhost', resolve));
  const elsewhere = `http://localhost:${(other.address() as AddressInfo).port}`;
  try {
    answers[RESOURCE_METADATA] = { body: { ...resourceMetadata(), authorization_servers: [elsewhere] } };
    await expect(login(origin, { browser: false })).rejects.toMatchObject({ code: 'not_a_gateway' });
    expect(asked).toBe(0);
  } finally {
    other.close();
  }
});

test('a gateway that calls itself by a command gets it into no hint', async () => {
  answers[RESOURCE_METADATA] = { body: { ...resourceMetadata(), resource: 'https://x$(touch${ifs}a)y.example/r' } };
  await expect(login(origin, { browser: false })).rejects.toMatchObject({
    code: 'wrong_host',
    message: expect.not.stringContaining('touch'),
  });
});

describe('signing out', () => {
  test('is told to the gateway', async () => {
    await signIn();
    await logout(undefined);
    expect(requests.at(-1)?.body.get('token')).toBe(TOKENS.refresh_token);
    expect(await readCredentials()).toEqual({ gateways: {} });
  });

  test('is done here also where the gateway cannot be told, which is said', async () => {
    await signIn();
    answers['/revoke'] = { status: 503, body: { error_description: 'Away.' } };
    await expect(logout(origin)).rejects.toMatchObject({
      code: 'not_revoked',
      message: expect.stringContaining('Away.'),
    });
    expect(await readCredentials()).toEqual({ gateways: {} });
  });

  test('needs a name where there are several', async () => {
    await signIn();
    const { updateCredentials } = await import('../credentials/credentials-file.ts');
    await updateCredentials(async ({ gateways }, write) => {
      const [credential] = Object.values(gateways);
      if (credential) await write({ gateways: { ...gateways, 'https://other.example': credential } });
    });
    await expect(logout(undefined)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('mooring logout https://other.example'),
    });
    await logout(origin);
    expect(Object.keys((await readCredentials()).gateways)).toEqual(['https://other.example']);
  });

  test('twice is fine', async () => {
    await logout(origin);
    expect(output).toEqual({ stdout: '', stderr: `You are not signed in to ${origin}.\n` });
  });
});
