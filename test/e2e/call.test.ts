import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { manifest } from '../support/manifests.ts';
import { startMooring, until, type RunningMooring } from '../support/mooring.ts';
import { onTerminal } from '../support/on-terminal.ts';
import { shapeOf } from '../support/shape-of.ts';
import { terminalSession } from '../support/terminal-session.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');
const ERAS = ['modern', 'legacy'] as const;

let mooring: RunningMooring;
let env: NodeJS.ProcessEnv;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-call-'));
  const sample = (era: string): string =>
    manifest(era, {
      script: `sample-${era}.ts`,
      spec: `env: [{ name: HEARD, value: ${join(folder, era)} }]
oauth: { scopes: [user], tools: [{ match: fail, scopes: [admin] }] }`,
    });
  mooring = await startMooring({
    manifests: { 'modern.yaml': sample('modern'), 'legacy.yaml': sample('legacy') },
    ready: ['modern', 'legacy'],
  });
  env = { ...process.env, MOORING_HOME: mooring.home, MOORING_PLACE: undefined, KUBECONFIG: undefined };
});
afterAll(async () => {
  await mooring?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command; what is piped in is the end of it. */
async function cli(args: readonly string[], piped?: string) {
  const child = spawn(MOORING, args, { env });
  child.stdin.end(piped);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, stdout, stderr };
}

const heardBy = async (era: string): Promise<string> => readFile(join(folder, era), 'utf8').catch(() => '');

describe.each(ERAS)('a call, %s era', (era) => {
  test('reads every kind of argument by the schema of the tool', async () => {
    const args = ['text=007', 'count=3', 'ratio=1.5', 'flag=true', 'tags=["a"]', 'address.city=Bern', 'maybe=null'];
    const { code, stdout, stderr } = await cli(['call', era, 'everything', ...args.flatMap((arg) => ['-a', arg])]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      text: '007',
      count: 3,
      ratio: 1.5,
      flag: true,
      tags: ['a'],
      address: { city: 'Bern' },
      maybe: null,
    });
  });

  test('takes them as JSON: in the command, from a file and from stdin, which is read where nothing else is given', async () => {
    const json = '{"text":"x","count":2}';
    const file = join(folder, 'arguments.json');
    await writeFile(file, json);
    const outputs = await Promise.all([
      cli(['call', era, 'everything', '--json', json]),
      cli(['call', era, 'everything', '--json', `@${file}`]),
      cli(['call', era, 'everything', '--json', '-'], json),
      cli(['call', era, 'everything'], json),
    ]);
    for (const { stdout } of outputs) expect(JSON.parse(stdout)).toEqual({ text: 'x', count: 2 });
    const { stdout } = await cli(
      ['call', era, 'structured', '-o', 'json'],
      'this is no JSON, and the tool takes nothing',
    );
    expect(JSON.parse(stdout)).toMatchObject({ structuredContent: { degrees: 21.5 } });
  });

  test('shows every kind of content, and saves what is no text', async () => {
    const { stdout } = await cli(['call', era, 'media']);
    expect(stdout).toBe(
      'Look:\n[image/png, 9 bytes; --save FOLDER keeps it]\n[audio/wav, 9 bytes; --save FOLDER keeps it]\n' +
        '[application/pdf, 9 bytes; --save FOLDER keeps it]\ninner text\n[a link: test://link (leads on)]\n',
    );
    const save = join(folder, `saved-${era}`);
    expect((await cli(['call', era, 'media', '--save', save])).stdout).toContain(
      `9 bytes: ${join(save, 'media-1.png')}]`,
    );
    expect((await readdir(save)).sort()).toEqual(['media-1.png', 'media-2.wav', 'media-3.pdf']);
    expect(await readFile(join(save, 'media-1.png'), 'utf8')).toBe('a picture');
  });

  test('shows structured content where there is no text, and everything to machines', async () => {
    expect((await cli(['call', era, 'structured'])).stdout).toBe('{\n  "degrees": 21.5\n}\n');
    const [json, yaml] = await Promise.all(
      ['json', 'yaml'].map(async (form) => cli(['call', era, 'media', '-o', form])),
    );
    const result = JSON.parse(json?.stdout ?? '') as object;
    expect(result).toMatchObject({ content: [{ type: 'text', text: 'Look:' }, {}, {}, {}, {}, {}] });
    expect(shapeOf(result)).toMatchSnapshot();
    expect(parse(yaml?.stdout ?? '')).toEqual(result);
  });

  test('that the tool says has failed: its text on stderr, exit code 1', async () => {
    expect(await cli(['call', era, 'fail'])).toEqual({ code: 1, stdout: '', stderr: 'No such station.\n' });
    const json = await cli(['call', era, 'fail', '-o', 'json']);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({ isError: true });
  });

  test('text goes into a pipe as it came, and to a terminal without what it would obey', async () => {
    expect((await cli(['call', era, 'hostile'])).stdout).toBe('a\u001B]0;owned\u0007b\u009B31mc\n');
    for (const form of [[], ['-o', 'json'], ['-o', 'yaml']]) {
      const { shown } = await onTerminal([MOORING, 'call', era, 'hostile', ...form], { env });
      expect(shown).toContain('owned');
      expect(['\u001B', '\u0007', '\u009B'].filter((control) => shown.includes(control))).toEqual([]);
    }
  });

  test('without the scope that the tool needs is refused, with that scope, the id of the gateway and the next step', async () => {
    const { code, stderr } = await cli(['call', era, 'fail', '--scope', 'user']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /needs user admin.*\[[0-9a-f]{8}\].*--scope "user admin".*\(insufficient_scope, [0-9a-f]{8}\)\n$/,
    );
  });

  test('that is interrupted is heard of by the server, and ends with 130', async () => {
    const before = await heardBy(era);
    const heard = async (what: string): Promise<boolean> => (await heardBy(era)).slice(before.length).includes(what);
    const child = spawn(MOORING, ['call', era, 'slow'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stderr = text(child.stderr);
    await until(async () => heard('slow begins'), 'the call at the server');
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(await stderr).toMatch(/^mooring: Stopped before it was done\. \(interrupted, /);
    await until(async () => heard('slow cancelled'), 'the cancellation');
  });

  test.each(['--json=-', '--arg=text=-'])(
    'that is interrupted while it waits for stdin (%s) ends with 130',
    async (flag) => {
      const child = spawn(MOORING, ['call', era, 'everything', flag], { env, stdio: ['pipe', 'pipe', 'pipe'] });
      const stderr = text(child.stderr);
      // More than a pipe holds: when all of it is gone, it is being read.
      await new Promise((resolve) => child.stdin.write(' '.repeat(4 * 1024 ** 2), resolve));
      child.kill('SIGINT');
      expect(await once(child, 'close')).toEqual([130, null]);
      expect(await stderr).toMatch(/Stopped before it was done\. \(interrupted, /);
    },
  );

  test('that takes too long is given up, which the server hears', async () => {
    const before = await heardBy(era);
    const { code, stderr } = await cli(['call', era, 'slow', '--timeout', '1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/No answer within 1 s.*\(timeout, /);
    await until(async () => (await heardBy(era)).slice(before.length).includes('slow cancelled'), 'the cancellation');
  });

  test('a secret from a file or stdin is seen in no process list while the call runs, and neither is the token', async () => {
    const secret = `hunter2-${era}`;
    const child = spawn(MOORING, ['call', era, 'slow', '-a', 'secret=-'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(`${secret}\n`);
    await until(async () => (await heardBy(era)).includes(`slow begins with ${secret}\n`), 'the secret at the server');
    const seen = await processTexts();
    expect(seen.filter(({ all }) => all.includes(secret))).toEqual([]);
    // The beginning of every token, which is JSON in Base64.
    expect(seen.filter(({ pid, all }) => pid === child.pid && all.includes('eyJ'))).toEqual([]);
    expect(seen.map(({ pid }) => pid)).toContain(child.pid);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([143, null]);
  });

  test('shows progress on a terminal, in one line that goes away', async () => {
    const session = terminalSession([MOORING, 'call', era, 'slow'], env);
    await session.shows('50 % half\uFFFD[31m way');
    session.type('\u0003');
    expect(await session.ended).toBe(130);
    await session.shows('\r\u001B[Kmooring: Stopped');
  });
});

/** Command line and environment of every process. */
async function processTexts(): Promise<{ pid: number; all: string }[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  return Promise.all(
    pids.map(async (pid) => {
      const files = ['cmdline', 'environ'].map(async (file) =>
        readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''),
      );
      return { pid, all: (await Promise.all(files)).join('\n') };
    }),
  );
}

describe.each(ERAS)('what a server asks the person, %s era', (era) => {
  test('is asked on a terminal, field by field, until it fits', async () => {
    const session = terminalSession([MOORING, 'call', era, 'form'], env);
    await session.shows(new RegExp(`${era} asks:\\s+\\| Who are you\\?`));
    for (const [question, answer] of [
      ['Answer? (yes, no, cancel): ', 'perhaps'],
      ['Answer? (yes, no, cancel): ', 'yes'],
      ['Your name (text): ', 'A'],
      [/fewer than 2[\s\S]*Your name \(text\): /, 'Anna'],
      ['age (a whole number): ', '17'],
      [/>= 18[\s\S]*age \(a whole number\): /, '18'],
      [/1\) Red[\s\S]*2\) Green[\s\S]*colour \(a number\): /, '2'],
      ['sure (yes or no; optional; default: true): ', ''],
      ['note (text; optional): ', ''],
    ] as const) {
      await session.shows(question);
      session.type(`${answer}\r`);
    }
    await session.shows('{"action":"accept","content":{"name":"Anna","age":18,"colour":"g","sure":true}');
    // Multi-round trips: the state comes back as the server gave it.
    if (era === 'modern') await session.shows('"state":"asked"');
    expect(await session.ended).toBe(0);
  });

  test.each([
    ['no\r', '"action":"decline"', 0],
    ['c\r', '"action":"cancel"', 0],
    ['\u0004', '"action":"cancel"', 0],
    ['\u0003', '(interrupted, ', 130],
  ])('can be left unanswered: %j', async (typed, shown, code) => {
    const session = terminalSession([MOORING, 'call', era, 'form'], env);
    await session.shows('Answer? (yes, no, cancel): ');
    session.type(typed);
    await session.shows(shown);
    expect(await session.ended).toBe(code);
  });

  test('a page is shown with its site, and opened by nobody but the person', async () => {
    const session = terminalSession([MOORING, 'call', era, 'page'], env);
    await session.shows('Sign in at the shop.');
    await session.shows(/a page of shop\.example:\s+https:\/\/shop\.example\/connect\?state=1/);
    await session.shows('Go on? (yes, no, cancel): ');
    session.type('yes\r');
    await session.shows('"action":"accept"');
    expect(await session.ended).toBe(0);
  });

  test('is declined where there is no terminal, and told', async () => {
    for (const tool of ['form', 'page']) {
      const { code, stdout, stderr } = await cli(['call', era, tool]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ action: 'decline' });
      expect(stderr).toMatch(new RegExp(`^note: ${era} asks: .* \\(declined; to answer, call from a terminal\\)\\n$`));
    }
  });
});

test('sessions of legacy servers are ended', async () => {
  const ends = async (): Promise<number> => (await heardBy('legacy')).split('session ended').length;
  const before = await ends();
  await cli(['call', 'legacy', 'structured']);
  await until(async () => (await ends()) > before, 'the end of the session');
});

describe('a call that is wrong is told before it is made', () => {
  test.each([
    [['call', 'moderm', 'everything'], 1, /no server "moderm".*Did you mean modern\?/],
    [['call', 'modern', 'everythin'], 1, /modern has no tool "everythin"\. Did you mean everything\? \(unknown_tool, /],
    [['call', 'modern', 'everything', '-a', 'txt=a'], 2, /no argument txt\. Did you mean text\? \(usage, /],
    [['call', 'modern', 'everything'], 2, /Missing: text \(string\)/],
    [['call', 'modern', 'everything', '-a', 'text=a', '-a', 'count=ten'], 2, /count must be a whole number/],
    [['call', 'modern', 'everything', '-a', 'text=a', '-a', 'count=10'], 2, /count must be <= 9/],
    [['call', 'modern', 'everything', '-a', 'text=a', '-a', 'colour=blue'], 2, /colour must be equal to one of/],
    [['call', 'modern', 'slow', '--timeout', 'soon'], 2, /Give seconds/],
    [['call', 'modern', 'structured', '--scope', 'nonsense'], 1, /No server names the scope nonsense/],
  ])('%j: %i', async (args, code, message) => {
    const result = await cli(args);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).toMatch(message);
  });
});
