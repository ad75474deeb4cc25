import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { homePaths } from '../../core/home.ts';
import { controlApp, type ControlDeps } from './app.ts';
import { askControl } from './client.ts';
import { openControl, type Control } from './server.ts';

const log = pino({ level: 'silent' });
const ABOUT = { version: '1', pid: 1, startedAt: '', publicUrl: '', port: 1, manifests: [] };
let home: string;
let control: Control;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mooring-control-'));
  control = await openControl(homePaths(home).controlSocket, log);
});

afterEach(async () => {
  await control.close();
  await rm(home, { recursive: true });
});

const serve = (deps: Partial<ControlDeps> = {}): void =>
  control.serve(
    controlApp({
      about: ABOUT,
      source: { list: () => [], problems: () => [] },
      issueToken: async () => ({ access_token: 't', expires_in: 600, scope: '' }),
      runs: async () => new Map(),
      readLog: async function* () {},
      identityKeys: [],
      ...deps,
    }),
  );

test('only its owner can open the socket', async () => {
  expect((await stat(homePaths(home).controlSocket)).mode & 0o777).toBe(0o600);
});

test('it says that it is starting until there is something to ask', async () => {
  await expect(askControl(home, 'GET', '/v1/servers')).rejects.toMatchObject({ code: 'starting' });
  serve();
  await expect(askControl(home, 'GET', '/v1/servers')).resolves.toEqual({ servers: [], problems: [] });
});

test('a failure arrives with its code, its message and its id', async () => {
  const failure = new Failure('unknown_server', 'There is no server "x".', { status: 404 });
  serve({
    issueToken: async () => {
      throw failure;
    },
  });
  await expect(askControl(home, 'POST', '/v1/tokens', { server: 'x' })).rejects.toMatchObject({
    code: 'unknown_server',
    message: 'There is no server "x".',
    id: failure.id,
  });
});

test('an error that nobody foresaw shows nothing of itself', async () => {
  serve({
    issueToken: async () => {
      throw new Error('password=hunter2');
    },
  });
  const refusal = askControl(home, 'POST', '/v1/tokens', { server: 'x' });
  await expect(refusal).rejects.toMatchObject({ code: 'internal_error' });
  await expect(refusal).rejects.not.toThrow('hunter2');
});

test.each([
  ['empty', {}],
  ['of another type', { server: 1 }],
  ['with an unknown field', { server: 'x', scopes: 'y' }],
  ['a text', 'text'],
])('a request that is none is refused: %s', async (_, body) => {
  serve();
  await expect(askControl(home, 'POST', '/v1/tokens', body)).rejects.toBeInstanceOf(Failure);
});

test('a request that is too large is refused as that', async () => {
  serve();
  const refusal = askControl(home, 'POST', '/v1/tokens', { server: 'x', scope: 'y'.repeat(20_000) });
  await expect(refusal).rejects.toMatchObject({ code: 'request_too_large', status: 413 });
});

test('a second one in the same folder is refused; a socket that nobody serves any more is replaced', async () => {
  await expect(openControl(homePaths(home).controlSocket, log)).rejects.toMatchObject({ code: 'home_in_use' });
  await control.close();
  await writeFile(homePaths(home).controlSocket, '');
  control = await openControl(homePaths(home).controlSocket, log);
  serve();
  await expect(askControl(home, 'GET', '/v1/servers')).resolves.toBeDefined();
});

test('with nothing running the command line says how to start it', async () => {
  await control.close();
  await expect(askControl(home, 'GET', '/v1/servers')).rejects.toMatchObject({
    code: 'not_running',
    message: expect.stringContaining('mooring up'),
  });
});
