import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ERAS, type ConnectedClient } from '../../test/support/eras.ts';
import { createIdentities, type Identities } from '../../test/support/identities.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import type { RunningServer } from '../kit/index.ts';
import { startSystemprompt } from './main.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
vi.stubEnv('PLANTED', 'planted-in-the-server');

let identities: Identities;
let server: RunningServer;
let folder: string;

/** Root has no bound in the kernel, and its fork bomb could take the whole machine: util-linux makes it that of somebody else. */
const AS_NOBODY = process.getuid?.() === 0 ? 'setpriv --reuid=65534 --regid=65534 --clear-groups' : '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-test-'));
  // Folders of runs lie in it, so that they are told from those of others.
  vi.stubEnv('TMPDIR', folder);
  identities = await createIdentities('default/systemprompt');
  const script = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
    return path;
  };
  const anything = { scopes: ['user'], operands: ['.*', '.*'], flags: { '--name': { value: '[a-z]+' } } };
  const program = (path: string, command: object = anything) => ({
    path,
    description: 'for tests',
    commands: { '': command },
  });

  const programs = {
    env: program('/usr/bin/env', { scopes: ['user'] }),
    cat: program('/bin/cat', { scopes: ['user'], operands: ['/proc/self/(?:environ|cmdline)'] }),
    words: program(await script('words', 'for word; do printf "<%s>" "$word"; done')),
    yes: program('/usr/bin/yes'),
    'yes-on-stderr': program(await script('yes-on-stderr', 'exec yes >&2')),
    bomb: program(await script('bomb', `exec ${AS_NOBODY} sh -c 'bomb() { bomb | bomb & sleep 5; }; bomb'`)),
    'leaving-bomb': program(await script('leaving-bomb', 'for i in $(seq 60); do setsid sleep 60 & done; sleep 60')),
    daemon: program(await script('daemon', 'setsid sleep 60 >/dev/null 2>&1 & echo started; exec sleep 60')),
    orphan: program(await script('orphan', 'setsid sleep 60 & echo done')),
    secrets: program(
      await script(
        'secrets',
        'echo "Authorization: Bearer abcdefgh12345678"; echo "postgres://me:hunter22@db/x"; echo eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln; ' +
          'printf -- "-----BEGIN PRIVATE KEY-----\\nMIIEvQ\\n-----END PRIVATE KEY-----\\n"; echo "password=hunter22" >&2',
      ),
    ),
    git: {
      path: '/usr/bin/git',
      args: ['-C', join(folder, 'history')],
      description: 'for tests',
      commands: { log: { scopes: ['user'], flags: { '--oneline': {} } } },
    },
    wrong: program('/usr/bin/false'),
    pwd: program('/bin/pwd'),
    'for-admin': program('/bin/pwd', { scopes: ['admin'] }),
  };
  execFileSync('git', ['init', '-q', join(folder, 'history')]);
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@b.example'];
  execFileSync('git', ['-C', join(folder, 'history'), ...author, 'commit', '-q', '--allow-empty', '-m', 'The first']);
  await writeFile(join(folder, 'programs.json'), JSON.stringify({ programs }));
  server = await startSystemprompt(
    {
      ...identities.env,
      DATABASE_URL: await testDatabase('systemprompt'),
      MOORING_CONTROL_SOCKET: join(folder, 'control.sock'),
      SYSTEMPROMPT_PROGRAMS: join(folder, 'programs.json'),
    },
    // What is handed over, and what the environment of the command line is.
    { limits: { time: 3000 }, mooring: ['/bin/sh', '-c', 'tr -d "\\n" <&3 | wc -c; env; echo "words: $*"', 'mooring'] },
  );
});
afterAll(async () => {
  await server.stop();
  await identities[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const client = async (scopes = ['user'], subject = 'ada'): Promise<ConnectedClient> =>
  ERAS[1].connect(`${server.url}/mcp`, await identities.headers({ subject, clientId: 'test', scopes }));

async function run(program: string, ...args: string[]): Promise<{ isError: boolean; text: string }> {
  await using connected = await client();
  const { isError, content } = await connected.call('systemprompt', { program, args });
  return { isError: isError === true, text: content.map((part) => part.text ?? '').join('') };
}

/** All processes of runs that are still there, whatever they are called. */
async function leftOver(): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    ids.map(async (id) => readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')),
  );
  return environments.filter((text) => text.includes('SYSTEMPROMPT_RUN=') && text.includes(folder)).length;
}

describe('what a program is given', () => {
  test('an environment of its own, and nothing of the server’s', async () => {
    const { text } = await run('env');
    const names = text.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
    expect(names.sort()).toEqual(['HOME', 'LANG', 'PATH', 'SYSTEMPROMPT_RUN', 'TMPDIR']);
    expect((await run('cat', '/proc/self/environ')).text).not.toMatch(/planted|DATABASE_URL|IDENTITY/);
  });
  test('its words as they are: no shell reads them', async () => {
    expect((await run('words', '$(id); `id` > x && y', '--name=abc')).text).toContain(
      '<$(id); `id` > x && y><--name=abc>',
    );
  });
  test('first the words of the configuration, which no caller can choose', async () => {
    expect((await run('git', 'log', '--oneline')).text).toContain('The first');
    expect((await run('git', '-C', '/tmp', 'log')).text).toContain('git may be asked only: log.');
  });
  test('an empty folder, which is gone afterwards', async () => {
    const { text } = await run('pwd');
    const path = /\S*systemprompt-\S+/.exec(text)?.[0] ?? '';
    await expect(readdir(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
  test('the command line: who calls and what they ask for by a pipe, and by nothing that others can see', async () => {
    const { text } = await run('mooring', 'call', 'a', 'b', '-a', 'pin=planted');
    const token =
      (await identities.headers({ subject: 'ada', clientId: 'test', scopes: ['user'] }))['mooring-identity'] ?? '';
    const given = { identity: token, args: ['call', 'a', 'b', '--arg=pin=planted'] };
    expect(Number(/\d+/.exec(text)?.[0])).toBe(JSON.stringify(given).length);
    expect(text).toContain('MOORING_CALLER_FD=3');
    expect(text).not.toMatch(/eyJ|DATABASE_URL|planted/);
    expect(text).toMatch(/^words: $/m);
  });
});

test.each([
  ['an endless output', 'yes', /more than 1024 KiB/],
  ['an endless output on stderr', 'yes-on-stderr', /more than 1024 KiB/],
  ['a fork bomb', 'bomb', /more than 32 processes/],
  ['many that leave their group', 'leaving-bomb', /more than 32 processes/],
  ['one that does not end', 'daemon', /not ended after 3 s/],
])('%s is stopped, and nothing of it stays', async (_, program, message) => {
  const ran = await run(program);
  expect([ran.isError, ran.text]).toEqual([true, expect.stringMatching(message)]);
  expect(await leftOver()).toBe(0);
});

test('what a program leaves behind when it ends is ended', async () => {
  expect((await run('orphan')).text).toContain('done');
  expect(await leftOver()).toBe(0);
});

test('a client that cancels ends what was started', async () => {
  await using connected = await client();
  const stop = new AbortController();
  const called = connected.call('systemprompt', { program: 'daemon', args: [] }, { signal: stop.signal });
  await vi.waitFor(async () => expect(await leftOver()).toBeGreaterThan(1), { timeout: 5000, interval: 20 });
  stop.abort();
  await expect(called).rejects.toThrow(/abort/i);
  await vi.waitFor(async () => expect(await leftOver()).toBe(0), { timeout: 2000, interval: 20 });
});

test('what looks like a credential is masked, in output and in notes', async () => {
  const { text } = await run('secrets');
  expect(text).toContain('Bearer ***');
  expect(text).not.toMatch(/abcdefgh12345678|hunter22|eyJ|MIIEvQ/);
});

test('what is not configured, or not for this caller, is refused with what there is', async () => {
  expect((await run('rm', '-rf')).text).toMatch(/The programs here are: mooring, env \(for tests\)/);
  expect((await run('constructor')).text).toContain('The programs here are');
  expect((await run('cat', '/etc/passwd')).text).toContain('takes what fits');
  expect((await run('words', '-x')).isError).toBe(true);
  expect((await run('for-admin')).text).toContain('needs the scope admin');
  expect((await run('wrong')).text).toContain('ended with 1');
});

test('nobody takes every place: a person has two, and there are four', async () => {
  const clients = await Promise.all(['a', 'a', 'a', 'b'].map(async (subject) => client(['user'], subject)));
  const answers = await Promise.all(
    clients.map(async (connected) => connected.call('systemprompt', { program: 'daemon', args: [] })),
  );
  const texts = answers.map(({ content }) => content[0]?.text ?? '');
  expect(texts.slice(0, 3).filter((text) => text.includes('Too many of these calls'))).toHaveLength(1);
  expect(texts[3]).toContain('not ended');
  await Promise.all(clients.map(async (connected) => connected[Symbol.asyncDispose]()));
});

test.each(['systemprompt', 'systemprompt_admin'])('%s is closed to who lacks its scope', async (name) => {
  await using connected = await client([]);
  const { isError, content } = await connected.call(name, { program: 'pwd', args: [] });
  expect([isError, content[0]?.text]).toEqual([true, expect.stringMatching(/scope/i)]);
});
