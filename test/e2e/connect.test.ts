import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, startMooring, type RunningMooring } from '../support/mooring.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

let mooring: RunningMooring;
beforeAll(async () => {
  mooring = await startMooring();
});
afterAll(async () => mooring?.[Symbol.asyncDispose]());

/** `mooring connect` of somebody with this home folder. */
const connect = async (home: string, ...args: string[]) =>
  run(BIN, ['connect', ...args, '--home', mooring.home], {
    cwd: home,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: '' },
  });

test('prints the command and the configuration of the servers that are ready', async () => {
  const home = await temporaryFolder();
  const { code, stdout } = await connect(home, 'claude-code');
  expect(code).toBe(0);
  expect(stdout).toContain(`claude mcp add --transport http marketplace ${mooring.endpoint('marketplace')}\n`);
  expect(stdout).toContain(`Or in ${join(home, '.claude.json')} (Windows: `);
});

test('--write adds them to the file of the client, once, with nothing secret in it', async () => {
  const home = await temporaryFolder();
  const file = join(home, '.config', 'Code', 'User', 'mcp.json');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    '{\n\t// mine\n\t"servers": {\n\t\t"notes": { "type": "http", "url": "https://notes.example/mcp" }\n\t}\n}\n',
  );
  const first = await connect(home, 'vscode', 'marketplace', '--write', '-o', 'json');
  expect(JSON.parse(first.stdout)).toMatchObject({
    client: 'vscode',
    file,
    backup: `${file}.bak`,
    added: ['marketplace'],
    unchanged: [],
  });
  const written = await readFile(file, 'utf8');
  expect(written).toBe(
    '{\n\t// mine\n\t"servers": {\n\t\t"notes": { "type": "http", "url": "https://notes.example/mcp" },\n' +
      `\t\t"marketplace": {\n\t\t\t"type": "http",\n\t\t\t"url": "${mooring.endpoint('marketplace')}"\n\t\t}\n\t}\n}\n`,
  );
  const second = await connect(home, 'vscode', '--write');
  expect(second.stdout).toContain('there already: marketplace\n');
  expect(await readFile(file, 'utf8')).toBe(written);
});

test('another URL under that name needs --force', async () => {
  const home = await temporaryFolder();
  await writeFile(join(home, '.mcp.json'), '{"mcpServers":{"marketplace":{"url":"https://other.example/mcp"}}}');
  const refused = await connect(home, 'claude-code', '--write', '--scope', 'project');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('(already_connected, ') as string });
  const forced = await connect(home, 'claude-code', '--write', '--scope', 'project', '--force');
  expect(forced).toMatchObject({ code: 0, stdout: expect.stringContaining('replaced: marketplace\n') as string });
  expect(JSON.parse(await readFile(join(home, '.mcp.json'), 'utf8'))).toEqual({
    mcpServers: { marketplace: { type: 'http', url: mooring.endpoint('marketplace') } },
  });
});

test.each([
  [['vsc'], 2, 'Did you mean vscode?'],
  [['cursor', 'market'], 1, 'Did you mean marketplace?'],
  [['windsurf', '--scope', 'project'], 2, 'Windsurf has no configuration for a project.'],
  [['codex', '--write'], 1, 'so it is Codex’s to write: codex mcp add marketplace --url '],
  [['cursor', '--force'], 2, '--force is for what --write writes.'],
])('connect %j ends with %i', async (args, code, message) => {
  const home = await temporaryFolder();
  expect(await connect(home, ...args)).toMatchObject({
    code,
    stdout: '',
    stderr: expect.stringContaining(message) as string,
  });
});
