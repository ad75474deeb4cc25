import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../crds/validate.ts';
import { importServers, type Imported } from './import-servers.ts';
import { readSources } from './read-sources.ts';

const TESTDATA = join(import.meta.dirname, 'testdata');
const FIXTURES = readdirSync(TESTDATA).filter((name) => name !== 'expected');

const importFixture = async (name: string): Promise<Imported> =>
  importServers(await readSources([join(TESTDATA, name)]));
const streamOf = ({ servers }: Imported): string => servers.map(({ text }) => text).join('---\n');
const importText = (value: unknown, choice = {}): Imported =>
  importServers(
    [{ file: 'x.json', text: typeof value === 'string' ? value : JSON.stringify(value), isNamed: true }],
    choice,
  );

describe.each(FIXTURES)('%s', (name) => {
  test('becomes these manifests, with what could not be carried over above its field', async () => {
    const imported = await importFixture(name);
    await expect(streamOf(imported)).toMatchFileSnapshot(join(TESTDATA, 'expected', `${name.split('.')[0]}.yaml`));
  });

  test('every manifest is valid', async () => {
    const imported = await importFixture(name);
    const { manifests, problems } = parseManifests(streamOf(imported), name);
    expect(problems).toEqual([]);
    expect(manifests.map(({ manifest }) => manifest.metadata.name)).toEqual(
      imported.servers.map(({ manifest }) => manifest.metadata.name),
    );
    expect(manifests.length).toBeGreaterThan(0);
  });

  test('no secret is in a manifest or in what is said of it', async () => {
    const { servers, notes } = await importFixture(name);
    const said = JSON.stringify([servers.map(({ manifest, text }) => [manifest, text]), notes]);
    // Every secret of the fixtures has this word in it.
    expect(said).not.toContain('FAKE');
  });
});

test('the secrets of the fixtures were seen, so that the test above means something', async () => {
  const imported = await Promise.all(FIXTURES.map(importFixture));
  const values = imported.flatMap(({ servers }) =>
    servers.flatMap(({ secrets }) => secrets.map(({ value = '' }) => value)),
  );
  const found = values.filter((value) => value.includes('FAKE')).toSorted();
  expect(found).toEqual([
    'Bearer FAKElinear',
    'FAKEextra',
    'FAKEkey',
    'FAKEproxy',
    'FAKEupstream',
    'ghp_FAKEfakeFAKE',
    'postgresql://ada:FAKEdbpass@db.example/app',
    'xoxb-FAKE-1',
  ]);
});

describe('what cannot be a McpServer is told, and the others are imported', () => {
  test('in a configuration of a client', async () => {
    const { refused, notes } = await importFixture('vscode-mcp.json');
    expect(refused).toEqual(['key-in-url']);
    expect(notes.find(({ server }) => server === 'key-in-url')?.message).toMatch(
      /^holds what looks like a secret: a query parameter\..*The server was not imported$/,
    );
  });

  test.each([
    ['a program with spaces', { command: '/Applications/My Notes/notes' }, 'spec.binary'],
    ['neither command nor url', { args: ['x'] }, 'command'],
    ['no map', 'npx', 'server'],
    ['a variable in the URL', { url: 'https://${HOST}/mcp' }, 'url'],
    ['a user in the URL', { url: 'https://me:pw@mcp.example/mcp' }, 'url'],
    ['a secret in the path of the URL', { url: 'https://mcp.example/s/a1b2c3d4e5f6a7b8c9d0/mcp' }, 'url'],
    ['a URL that is none', { url: 'mcp.example' }, 'url'],
    ['an image that is none', { command: 'docker', args: ['run', 'not an image'] }, 'spec.image'],
    ['too many arguments', { command: 'x', args: Array.from({ length: 65 }, () => 'a') }, 'spec.args'],
  ])('%s', (_, server, field) => {
    const { servers, refused, notes } = importText({ mcpServers: { bad: server, good: { command: 'notes' } } });
    expect(servers.map(({ manifest }) => manifest.metadata.name)).toEqual(['good']);
    expect(refused).toEqual(['bad']);
    expect(notes.findLast(({ server: name }) => name === 'bad')?.field).toBe(field);
  });
});

test('scopes that cannot be carried over refuse the server, for fewer of them would open it', () => {
  const service = { binary: 'notes', oauth: { scopes: ['user', 'with space'] } };
  const { servers, refused } = importText({ mcp_servers: { notes: service } });
  expect([servers, refused]).toEqual([[], ['notes']]);
});

test('text where truth is expected does not open a server', () => {
  const { servers } = importText({ mcp_servers: { notes: { binary: 'notes', oauth: { required: 'false' } } } });
  expect(servers[0]?.manifest.spec.oauth).toEqual({});
});

describe('names', () => {
  test('become legal, and stay unique', () => {
    const names = ['My Notes', 'my-notes', 'MY_NOTES', '9lives', '---', `${'x'.repeat(70)}-a`, `${'x'.repeat(70)}-b`];
    const mcpServers = Object.fromEntries(names.map((name) => [name, { command: 'notes' }]));
    const { servers } = importText({ mcpServers });
    expect(servers.map(({ manifest }) => manifest.metadata.name)).toEqual([
      'my-notes',
      'my-notes-2',
      'my-notes-3',
      'mcp-9lives',
      'server',
      'x'.repeat(63),
      `${'x'.repeat(61)}-2`,
    ]);
  });

  test('--name is for one server, and has to be legal', () => {
    const one = { mcpServers: { 'My Notes': { command: 'notes' } } };
    expect(importText(one, { name: 'memo' }).servers[0]?.manifest.metadata).toEqual({ name: 'memo' });
    expect(() => importText(one, { name: 'Memo' })).toThrow(expect.objectContaining({ code: 'usage' }));
    const two = { mcpServers: { a: { command: 'a' }, b: { command: 'b' } } };
    expect(() => importText(two, { name: 'memo' })).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test('--namespace is that of all of them', () => {
    const { servers } = importText(
      { mcpServers: { a: { command: 'a', env: { A_TOKEN: 'x' } } } },
      { namespace: 'team-a' },
    );
    expect(servers[0]?.manifest.metadata).toEqual({ name: 'a', namespace: 'team-a' });
    expect(servers[0]?.text).toContain('kubectl create secret generic a-env -n team-a --from-env-file=FILE');
  });
});

test('what one file says twice in another is one server: the service counts, and off in either is off', () => {
  const extension = { type: 'mcp', name: 'notes', binary: 'built', port: 5050, enabled: false };
  const text = JSON.stringify([{ extension }, { mcp_servers: { notes: { binary: 'served', enabled: true } } }]);
  const [built, served] = JSON.parse(text) as unknown[];
  const { servers, notes } = importServers(
    [built, served].map((value, index) => ({ file: `${index}.json`, text: JSON.stringify(value), isNamed: true })),
  );
  expect(servers.map(({ manifest }) => manifest.spec)).toEqual([{ binary: 'served', port: 5050, enabled: false }]);
  expect(notes.map(({ field }) => field)).toContain('extension.binary');
});

describe('what is no server of a known format', () => {
  test.each([
    ['a map', { name: 'x', version: '1' }, 'a map of name, version'],
    ['another kind', { apiVersion: 'apps/v1', kind: 'Deployment' }, 'a Deployment of apps/v1'],
    [
      'a manifest of Mooring',
      { apiVersion: 'mooring.dev/v1alpha1', kind: 'McpServer' },
      'a manifest of Mooring already',
    ],
    ['a list', [1], 'no map of fields'],
    ['an empty map', {}, 'an empty map'],
    ['hostile names', { '\u001b[31mred': 1 }, 'a map of �[31mred'],
  ])('%s', (_, value, found) => {
    expect(() => importText(value)).toThrow(
      expect.objectContaining({ code: 'unknown_format', message: expect.stringContaining(`x.json holds ${found}`) }),
    );
  });

  test('a template in a folder is told of and passed over; one that was named is a Failure', () => {
    const template = { file: 'f/templates/server.yaml', text: 'kind: {{ .Values.kind }}\n' };
    const client = { file: 'f/.mcp.json', text: '{"mcpServers":{"a":{"command":"a"}}}', isNamed: false };
    const { servers, notes } = importServers([{ ...template, isNamed: false }, client]);
    expect(servers).toHaveLength(1);
    expect(notes).toContainEqual(expect.objectContaining({ server: 'f/templates/server.yaml', field: 'skipped' }));
    expect(() => importServers([{ ...template, isNamed: true }, client])).toThrow('server.yaml');
  });

  test('is passed over in a folder', () => {
    const sources = [
      { file: 'f/package.json', text: '{"name":"x"}', isNamed: false },
      { file: 'f/.mcp.json', text: '{"mcpServers":{"a":{"command":"a"}}}', isNamed: false },
    ];
    expect(importServers(sources).servers).toHaveLength(1);
    expect(() => importServers(sources.slice(0, 1))).toThrow(expect.objectContaining({ code: 'nothing_found' }));
  });

  test.each([
    ['x.json', '{"mcpServers": {', /x\.json is not JSON: .* in line 1/],
    ['x.json', '['.repeat(100), /nested deeper than 64 levels/],
    ['x.yaml', `a: &a [x]\n${'b: *a\n'.repeat(2)}`, /x\.yaml:3: b is there twice/],
    ['x.yaml', 'a: !tag x', /tags/],
  ])('%s with %j', (file, text, message) => {
    expect(() => importServers([{ file, text, isNamed: true }])).toThrow(
      expect.objectContaining({ code: 'unreadable', message: expect.stringMatching(message) }),
    );
  });
});
