import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../support/call-tool.ts';
import { manifest } from '../support/manifests.ts';
import { condition, startMooring, until, waitReady, type RunningMooring } from '../support/mooring.ts';

let mooring: RunningMooring;

beforeAll(async () => {
  mooring = await startMooring({ manifests: { 'first.yaml': echo('first', '1.0.0') }, ready: ['first'] });
});

afterAll(async () => mooring?.[Symbol.asyncDispose]());

const echo = (name: string, version: string, more = ''): string =>
  manifest(name, {
    script: 'echo.ts',
    spec: `oauth: { required: false }\nenv: [{ name: ECHO_VERSION, value: '${version}' }]\n${more}`,
  });

const say = async (server: string): Promise<string> => callTool(mooring.endpoint(server), 'echo', { text: 'hello' });

test('a server is added, edited, broken, repaired and removed while it runs', async () => {
  await mooring.apply('second.yaml', echo('second', '1.0.0'));
  await waitReady(mooring, 'second');
  expect(await say('second')).toBe('1.0.0: hello');

  await mooring.apply('second.yaml', echo('second', '2.0.0'));
  await until(async () => (await say('second')) === '2.0.0: hello', 'the edited server');

  // Not a manifest any more: the last good state keeps running, and says so.
  await mooring.apply('second.yaml', echo('second', '3.0.0', 'prot: 1'));
  await until(async () => (await condition(mooring, 'second', 'Stalled'))?.status === 'True', 'Stalled');
  expect((await condition(mooring, 'second', 'Stalled'))?.message).toMatch(/second\.yaml:\d+.*spec\.prot.*port/s);
  expect(await say('second')).toBe('2.0.0: hello');

  // A manifest, but of something that is not there: the old process serves on, Ready says why.
  await mooring.apply('second.yaml', echo('second', '4.0.0').replace('binary: node', 'binary: no-such-program'));
  await waitReady(mooring, 'second', 'False');
  expect((await condition(mooring, 'second', 'Ready'))?.message).toContain('no-such-program');
  expect(await say('second')).toBe('2.0.0: hello');

  await mooring.apply('second.yaml', echo('second', '5.0.0'));
  await waitReady(mooring, 'second');
  expect(await say('second')).toBe('5.0.0: hello');

  await mooring.remove('second.yaml');
  await until(async () => (await fetch(mooring.endpoint('second'), { method: 'POST' })).status === 404, 'its end');
  expect(await say('first')).toBe('1.0.0: hello');
});

test('two files with one name: the older keeps it, the younger is told who has it', async () => {
  await mooring.apply('usurper.yaml', echo('first', '6.6.6'));
  await until(async () => (await mooring.cli('list')).stdout.includes('NameTaken'), 'NameTaken');
  expect(await say('first')).toBe('1.0.0: hello');
  await mooring.remove('usurper.yaml');
});

test('policy takes effect at once: closing a server needs no restart of it', async () => {
  await mooring.apply('third.yaml', echo('third', '1.0.0'));
  await waitReady(mooring, 'third');
  await mooring.apply('third.yaml', echo('third', '1.0.0').replace('required: false', 'required: true'));
  await until(async () => (await fetch(mooring.endpoint('third'), { method: 'POST' })).status === 401, 'the 401');
  await mooring.apply('third.yaml', echo('third', '1.0.0', 'enabled: false'));
  await until(async () => (await fetch(mooring.endpoint('third'), { method: 'POST' })).status === 404, 'the 404');
});
