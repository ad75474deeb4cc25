import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Client, Machine } from './client.ts';
import { CLIENTS, findClient } from './clients.ts';
import { configText, connection } from './connection.ts';

const LINUX: Machine = { home: '/ada', cwd: '/project', platform: 'linux', env: {} };
const MAC: Machine = { ...LINUX, platform: 'darwin' };
const MARKETPLACE = { name: 'marketplace', url: 'http://localhost:8080/api/v1/mcp/marketplace/mcp' };
const PUBLIC = { name: 'notes', url: 'https://mcp.example.com/api/v1/mcp/notes/mcp' };

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

/** The row of the README's table "Connect a client" that begins with these words. */
function row(words: string): string {
  const found = readme.split('\n').find((line) => line.startsWith(`| ${words} `));
  if (found === undefined) throw new Error(`The README has no row "${words}"`);
  return found;
}

describe('the README says what connect prints', () => {
  test.each([
    ['Claude Code', 'claude-code'],
    ['VS Code', 'vscode'],
  ])('%s', (words, name) => {
    const { commands } = connection(findClient(name), [MARKETPLACE], undefined, LINUX);
    expect(row(words)).toContain(`\`${commands[0]}\``);
  });

  test.each([
    ['Cursor', 'cursor', '~/.cursor/mcp.json'],
    ['Claude Desktop, local', 'claude-desktop', 'claude_desktop_config.json'],
  ])('%s', (words, name, file) => {
    const made = connection(findClient(name), [MARKETPLACE], undefined, LINUX);
    expect(row(words)).toContain(`\`${JSON.stringify(made.config)}\``);
    expect(row(words)).toContain(`\`${file}\``);
    expect(made.file?.replace('/ada/', '~/')).toMatch(new RegExp(`${RegExp.escape(file)}$`));
  });

  test('Claude Desktop, public URL', () => {
    const url = 'https://your.example/api/v1/mcp/marketplace/mcp';
    const { instructions } = connection(findClient('claude-desktop'), [{ name: 'marketplace', url }], undefined, LINUX);
    const [words = '', shown = ''] = instructions[0]?.split(' → https://') ?? [];
    expect(row('Claude Desktop, public URL')).toContain(words);
    expect(row('Claude Desktop, public URL')).toContain(shown.replace('your.example', ''));
  });
});

describe.each(CLIENTS.map((client) => [client.name, client] as const))('%s', (_, client: Client) => {
  test('is told of servers in this way', () => {
    const made = connection(client, [MARKETPLACE, PUBLIC], undefined, LINUX);
    const { file = '', config } = made;
    expect({ ...made, text: config && `${file}\n${configText(client, config)}` }).toMatchSnapshot();
  });

  test('has its files here', () => {
    const files = [LINUX, MAC].flatMap((machine) => [client.file('user', machine), client.file('project', machine)]);
    expect([...files, client.windowsFile]).toMatchSnapshot();
  });
});

test('Claude Desktop reaches a public https URL as a connector, and all others over the bridge', () => {
  const at = (url: string) => connection(findClient('claude-desktop'), [{ name: 'x', url }], undefined, LINUX);
  expect(at('https://mcp.example.com/x').instructions).toEqual([
    'Settings → Connectors → Add custom connector → https://mcp.example.com/x',
  ]);
  for (const url of ['https://localhost:8443/x', 'https://mcp.internal/x', 'https://10.0.0.1/x', 'https://gateway/x']) {
    expect(at(url).config).toEqual({ mcpServers: { x: { command: 'npx', args: ['-y', 'mcp-remote', url] } } });
  }
  expect(at('http://mcp.lan/x').config).toEqual({
    mcpServers: { x: { command: 'npx', args: ['-y', 'mcp-remote', 'http://mcp.lan/x', '--allow-http'] } },
  });
});

test('commands survive a shell', () => {
  const url = "https://mcp.example/it's;$(x)";
  const { commands } = connection(findClient('claude-code'), [{ name: 'x', url }], 'user', LINUX);
  expect(commands).toEqual([`claude mcp add --transport http --scope user x 'https://mcp.example/it'\\''s;$(x)'`]);
});

test('a client that is not known is told the nearest one', () => {
  expect(() => findClient('vs-code')).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringMatching(/claude-desktop, .*Did you mean vscode\?$/),
    }),
  );
});
