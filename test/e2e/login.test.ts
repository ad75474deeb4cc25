import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../cli/doctor/report.ts';
import { launchBrowser, signInAndConsent } from '../support/browser.ts';
import { manifest } from '../support/manifests.ts';
import { ADMIN_PASSWORD, startMooring, until, waitReady, type RunningMooring } from '../support/mooring.ts';
import { terminalUser, type PendingLogin } from '../support/terminal-user.ts';

const ADMIN = { username: 'admin', password: ADMIN_PASSWORD };

let mooring: RunningMooring;
let browser: Browser;
let user: Awaited<ReturnType<typeof terminalUser>>;

beforeAll(async () => {
  const spec = 'title: A\noauth: { scopes: [user], tools: [{ match: headers, scopes: [special] }] }';
  [mooring, browser] = await Promise.all([
    startMooring({
      manifests: {
        'a.yaml': manifest('a', { script: 'echo.ts', spec }).replace('displayInWeb: true', 'displayInWeb: false'),
        'open.yaml': manifest('open', { script: 'echo.ts', spec: 'oauth: { required: false }' }),
      },
      ready: ['a', 'open'],
    }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await mooring?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  user = await terminalUser();
});
afterEach(async () => user[Symbol.asyncDispose]());

/** What the page says at the end. */
async function consent({ address }: PendingLogin, answer: 'Allow' | 'Deny' = 'Allow'): Promise<string> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(address.href);
  if (answer === 'Allow') await signInAndConsent(page, ADMIN);
  else {
    await page.getByLabel('Password').fill(ADMIN_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Deny' }).click();
  }
  await page.waitForURL(`${address.searchParams.get('redirect_uri')}?**`);
  const shown = await page.innerText('body');
  expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
  await page.context().close();
  return shown;
}

async function signIn(): Promise<Awaited<PendingLogin['end']>> {
  const pending = await user.login(mooring.url);
  expect(await consent(pending)).toContain('You are signed in');
  return pending.end;
}

const listed = async (...flags: string[]) => user.mooring('list', '--gateway', mooring.url, ...flags);

describe('somebody who has signed in', () => {
  test('calls tools with what they allowed, validates, and visitors call what is open', async () => {
    const call = async (server: string, ...args: string[]) =>
      user.mooring('call', server, ...args, '--gateway', mooring.url);
    expect((await call('open', 'echo', '-a', 'text=hello')).stdout).toBe('1.0.0: hello\n');
    expect(await call('a', 'echo', '-a', 'text=hello')).toMatchObject({ code: 1, stdout: '' });

    await signIn();
    expect(await call('a', 'echo', '-a', 'text=hello')).toEqual({ code: 0, stdout: '1.0.0: hello\n', stderr: '' });
    expect((await call('a', 'headers')).code).toBe(0);
    const narrow = await call('a', 'headers', '--scope', 'user');
    expect(narrow.code).toBe(1);
    expect(narrow.stderr).toMatch(/needs user special.*mooring login http:\S+.*\(insufficient_scope, /);
    const validated = await user.mooring('validate', 'a', '--gateway', mooring.url);
    expect(validated).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ tool-names') });
  });

  test('sees tools, examines, and connects clients, with nothing of the sign-in in what is written', async () => {
    const onGateway = async (command: string, ...args: string[]) =>
      user.mooring(command, ...args, '--gateway', mooring.url);
    const before = await onGateway('tools', 'a', '-o', 'name');
    expect(before).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('mooring login') });

    await signIn();
    const tools = await onGateway('tools', 'a');
    expect(tools).toMatchObject({ code: 0, stderr: '' });
    expect(tools.stdout).toMatch(/\necho +text:string +user +\S+ +Answers its text\.\n/);
    const examined = await onGateway('doctor', 'a', '--tool', 'headers', '--call', '-o', 'json');
    expect(examined, examined.stdout).toMatchObject({ code: 0, stderr: '' });
    expect((JSON.parse(examined.stdout) as Diagnosis).servers[0]?.links.at(-1)).toEqual({
      link: 'call',
      ok: true,
      detail: 'the tool headers answered',
    });

    const home = dirname(user.credentials);
    const project = ['--scope', 'project'];
    const { code, stderr } = await user.mooringIn(
      home,
      'connect',
      'vscode',
      '--gateway',
      mooring.url,
      '--write',
      ...project,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const written = await readFile(join(home, '.vscode', 'mcp.json'), 'utf8');
    expect(JSON.parse(written)).toEqual({
      servers: Object.fromEntries(['a', 'open'].map((name) => [name, { type: 'http', url: mooring.endpoint(name) }])),
    });
    for (const secret of await user.secrets()) {
      expect(written + tools.stdout + examined.stdout).not.toContain(secret);
    }
  });

  test('sees and may call every server, until they sign out', async () => {
    const before = await listed('-o', 'name');
    expect(before).toMatchObject({ code: 0, stdout: 'open\n', stderr: expect.stringContaining('mooring login') });

    expect(await signIn()).toMatchObject({ code: 0, stdout: `Signed in to ${mooring.url} as admin.\n` });
    expect(await listed('-o', 'name')).toEqual({ code: 0, stdout: 'a\nopen\n', stderr: '' });
    const people = await listed();
    expect(people.stdout).toMatch(new RegExp(`^a +True +Ready +\\d+ +${mooring.endpoint('a')} +\\d+s$`, 'm'));
    const shown = await user.mooring('show', 'a', '--gateway', mooring.endpoint('open'), '-o', 'json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      metadata: { name: 'a', namespace: 'default' },
      spec: { title: 'A', oauth: { required: true, scopes: ['user'] } },
      status: {
        url: mooring.endpoint('a'),
        conditions: [{ type: 'Ready', status: 'True' }],
        toolCount: expect.any(Number),
      },
    });

    expect(await user.mooring('logout')).toEqual({ code: 0, stdout: `Signed out of ${mooring.url}.\n`, stderr: '' });
    expect((await listed('-o', 'name')).stdout).toBe('open\n');
    expect(await user.mooring('logout')).toMatchObject({ code: 0, stdout: '' });
  });

  test('keeps that where nobody else can read it, and shows it nowhere', async () => {
    const outputs = [await signIn(), await listed('-o', 'json'), await listed('-o', 'yaml'), await listed()];
    const secrets = await user.secrets();
    expect(secrets.length).toBeGreaterThan(1);
    outputs.push(await user.mooring('logout'));
    for (const secret of secrets) {
      expect(JSON.stringify(outputs)).not.toContain(secret);
      expect(mooring.output()).not.toContain(secret);
    }
  });

  test('is told to close a file that others can read', async () => {
    await signIn();
    expect([await user.mode(user.credentials), await user.mode(dirname(user.credentials))]).toEqual([0o600, 0o700]);
    await chmod(user.credentials, 0o640);
    expect(await listed()).toMatchObject({ code: 1, stderr: expect.stringContaining(`chmod 600 ${user.credentials}`) });
    await chmod(user.credentials, 0o600);
    expect((await listed()).code).toBe(0);
  });

  test('can use five commands at once when the tokens have run out', async () => {
    await signIn();
    for (let round = 0; round < 2; round += 1) {
      await user.forgetAccessTokens();
      const answers = await Promise.all([1, 2, 3, 4, 5].map(async () => listed('-o', 'name')));
      for (const answer of answers) expect(answer).toEqual({ code: 0, stdout: 'a\nopen\n', stderr: '' });
    }
  });

  test('whose sign-in was ended elsewhere is told to sign in again', async () => {
    await signIn();
    const [refreshToken = ''] = await user.secrets();
    await fetch(`${mooring.url}/oauth/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: refreshToken, client_id: 'mooring-cli' }),
    });
    await user.forgetAccessTokens();
    expect(await listed()).toMatchObject({ code: 3, stderr: expect.stringContaining(`mooring login ${mooring.url}`) });
  });
});

describe('a sign-in', () => {
  test('opens the browser of the desktop, with the address that is on the terminal', async () => {
    const bin = dirname(user.credentials);
    const opened = join(bin, 'opened');
    await user.mooring('logout');
    await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\necho "$@" > ${opened}.part && mv ${opened}.part ${opened}\n`, {
      mode: 0o755,
    });
    const pending = await user.login(mooring.url, [], { PATH: `${bin}${delimiter}${process.env['PATH']}` });
    await until(async () => (await readFile(opened, 'utf8').catch(() => '')) !== '', 'the browser');
    expect(await readFile(opened, 'utf8')).toBe(`${pending.address.href}\n`);
    await consent(pending);
    expect((await pending.end).code).toBe(0);
  });

  test('that is declined leaves nothing', async () => {
    const pending = await user.login(mooring.url);
    expect(await consent(pending, 'Deny')).toContain('The terminal says why');
    expect(await pending.end).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('(access_denied, '),
    });
    expect((await listed('-o', 'name')).stdout).toBe('open\n');
  });

  test('is not ended by an answer with another state', async () => {
    const pending = await user.login(mooring.url);
    const callback = pending.address.searchParams.get('redirect_uri') ?? '';
    const iss = encodeURIComponent(mooring.url);
    for (const query of [`?state=wrong&code=x&iss=${iss}`, `?code=x&iss=${iss}`, `?error=access_denied&iss=${iss}`]) {
      const { status, headers } = await fetch(callback + query);
      expect([status, headers.get('content-security-policy')]).toEqual([
        400,
        expect.stringContaining("default-src 'none'"),
      ]);
    }
    await consent(pending);
    expect((await pending.end).code).toBe(0);
  });

  test('covers what was there then: a server that came later asks for another one', async () => {
    await signIn();
    await mooring.apply('later.yaml', manifest('later', { script: 'echo.ts', spec: 'oauth: { scopes: [user] }' }));
    await waitReady(mooring, 'later');
    expect((await listed('-o', 'name')).stdout).toBe('a\nlater\nopen\n');
    const refresh = async () => {
      const [refreshToken = ''] = await user.secrets();
      const grant = { grant_type: 'refresh_token', refresh_token: refreshToken, resource: mooring.endpoint('later') };
      const body = new URLSearchParams({ client_id: 'mooring-cli', ...grant });
      return (await fetch(`${mooring.url}/oauth/token`, { method: 'POST', body })).status;
    };
    expect(await refresh()).toBe(400);
    await signIn();
    expect(await refresh()).toBe(200);
  });
});

describe('the gateway that is meant', () => {
  test.each([
    ['has to be safe to talk to', 'http://mcp.example.com', 2, 'Use https'],
    ['has to run', 'http://localhost:2', 3, 'nothing listens there'],
    ['has to be one', 'HEALTH', 1, 'does not answer like a gateway'],
    ['has one name', 'http://127.0.0.1:PORT', 1, 'mooring login http://localhost:PORT'],
  ])('%s', async (_, url, code, message) => {
    const { port } = new URL(mooring.url);
    const fill = (text: string): string => text.replaceAll('PORT', port).replace('HEALTH', mooring.healthUrl);
    const answer = await user.mooring('login', fill(url), '--no-browser');
    expect(answer).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(fill(message)) });
  });
});
