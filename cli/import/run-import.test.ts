import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../crds/validate.ts';
import { shapeOf } from '../../test/support/shape-of.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const TESTDATA = join(import.meta.dirname, 'testdata');

const mooring = async (args: readonly string[], input = ''): Promise<Ended> => run('import', args, input);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(command: string, args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, command, ...args], { stdio: 'pipe' });
  child.stdin.on('error', () => {}).end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

test('manifests go to stdout and what could not be carried over to stderr', async () => {
  const { code, stdout, stderr } = await mooring([join(TESTDATA, 'kmcp.yaml')]);
  expect(code).toBe(0);
  expect(parseManifests(stdout, 'stdout').manifests).toHaveLength(2);
  expect(stderr).toContain('secure: timeout: is not carried over: `spec.timeouts` has those of the gateway.\n');
  expect(stderr).not.toMatch(/^apiVersion/m);
});

test('what an import says is needed is what `mooring build` needs', async () => {
  const folder = await temporaryFolder();
  const { stderr } = await mooring([join(TESTDATA, 'original'), '--to', folder]);
  const print = async () => run('build', ['marketplace', '--folder', folder, '--print']);
  expect(await print()).toMatchObject({ code: 1, stderr: expect.stringContaining('(cannot_build, ') as string });
  expect(stderr).toContain(
    'Put the program systemprompt-mcp-marketplace into the folder of this manifest, and `mooring build marketplace` makes one.\n',
  );
  await writeFile(join(folder, 'systemprompt-mcp-marketplace'), '#!/bin/sh\n');
  const { code, stdout } = await print();
  expect(code).toBe(0);
  expect(stdout).toContain('ENTRYPOINT ["/usr/local/bin/systemprompt-mcp-marketplace"]');
});

test('-o json has the same in fields, and nothing on stderr', async () => {
  const to = join(await temporaryFolder(), 'new');
  const { stdout, stderr } = await mooring(['-o', 'json', join(TESTDATA, 'server.json'), '--to', to]);
  const { servers, notes } = JSON.parse(stdout) as { servers: unknown[]; notes: unknown[] };
  expect(stderr).toBe('');
  expect(servers).toMatchObject([
    {
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'McpServer',
      metadata: { name: 'weather' },
      spec: { title: 'Weather' },
    },
  ]);
  expect(notes).toContainEqual({ server: 'weather', field: 'name', message: 'was Weather' });
  expect(shapeOf(JSON.parse(stdout))).toMatchInlineSnapshot(`
    {
      "files": [
        "string",
      ],
      "notes": [
        {
          "field": "string",
          "message": "string",
          "server": "string",
        },
      ],
      "servers": [
        {
          "apiVersion": "string",
          "kind": "string",
          "metadata": {
            "name": "string",
          },
          "spec": {
            "description": "string",
            "icon": "string",
            "remote": {
              "headersFrom": {
                "secretRef": {
                  "name": "string",
                },
              },
              "url": "string",
            },
            "title": "string",
            "websiteUrl": "string",
          },
        },
      ],
    }
  `);
});

test('standard input and a folder are read, and files written', async () => {
  const folder = await temporaryFolder();
  const input = '{"mcpServers":{"notes":{"command":"notes"}}}';
  const { code, stdout } = await mooring(['-', join(TESTDATA, 'original'), '--to', folder, '-o', 'name'], input);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'marketplace\nnotes\ncontent-manager\nnotes-2\n' });
  expect(await readFile(join(folder, 'notes-2.yaml'), 'utf8')).toContain('binary: notes\n');
});

test('a server that cannot be one ends with 1, after the others', async () => {
  const { code, stdout, stderr } = await mooring([join(TESTDATA, 'claude-desktop.json'), '-o', 'name']);
  expect(code).toBe(1);
  expect(stdout.split('\n')).toContain('filesystem');
  expect(stderr).toMatch(/^mooring: Not imported: spaces\. .* \(partly_imported, [0-9a-f]{8}\)$/m);
});

test.each([
  [['/no/such/file.json'], 1, 'unreadable'],
  [['/dev/zero'], 1, 'too_large'],
  [['-', '--force'], 2, 'usage'],
  [['-', '--namespace', 'No'], 2, 'usage'],
  [['-'], 1, 'unknown_format'],
])('%j ends with %i', async (args, code, failure) => {
  const ended = await mooring(args, '{"x":1}');
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(`(${failure}, `);
});

describe('--secrets laptop', () => {
  test('writes what was found where `mooring up` reads it, for the owner only', async () => {
    const home = await temporaryFolder();
    const config = join(TESTDATA, 'claude-desktop.json');
    const { stdout, stderr } = await mooring([config, '--secrets', 'laptop', '--home', home]);
    const token = join(home, 'secrets', 'github-env', 'GITHUB_PERSONAL_ACCESS_TOKEN');
    expect(await readFile(token, 'utf8')).toBe('ghp_FAKEfakeFAKE');
    expect((await stat(token)).mode & 0o777).toBe(0o600);
    expect(await readFile(join(home, 'secrets', 'linear-headers', '.remote-host'), 'utf8')).toBe('mcp.linear.app');
    expect(stderr).toContain(`wrote ${token}\n`);
    expect(stdout + stderr).not.toContain('FAKE');
  });

  test('says where it cannot write', async () => {
    const home = join(await temporaryFolder(), 'home');
    await writeFile(home, '');
    const ended = await mooring([join(TESTDATA, 'claude-desktop.json'), '--secrets', 'laptop', '--home', home]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/ cannot be written \(E\w+\)\. Look at its permissions\. \(not_written, /);
  });

  test('keeps what is there', async () => {
    const home = await temporaryFolder();
    await mkdir(join(home, 'secrets', 'github-env'), { recursive: true });
    const token = join(home, 'secrets', 'github-env', 'GITHUB_PERSONAL_ACCESS_TOKEN');
    await writeFile(token, 'mine');
    const { stderr } = await mooring([join(TESTDATA, 'claude-desktop.json'), '--secrets', 'laptop', '--home', home]);
    expect(await readFile(token, 'utf8')).toBe('mine');
    expect(stderr).toContain(`kept ${token}, which was there`);
  });
});
