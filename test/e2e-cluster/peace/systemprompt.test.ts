import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { HOME } from '../../support/cluster/release.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { kubectl } from '../../support/kubernetes-tools.ts';

/** Of the server that is looked at and called, which no other test has. */
const NAME = 'prompted';
const PLANTED = 'planted-7f3a9c2e5b8d1f60';

const cluster = useCluster();
let team: ObservedNamespace;
let tokens: Record<'user' | 'admin', string>;

beforeAll(async () => {
  team = await observeNamespace(cluster.api, 'e2e-prompt');
  const env = [{ name: 'API_TOKEN', value: PLANTED }];
  await team.apply(serverManifest(NAME, 'kit', { env, oauth: { scopes: ['user'] } }));
  await team.ready(NAME);
  tokens = {
    user: await cluster.token('systemprompt', 'user'),
    admin: await cluster.token('systemprompt', 'user admin'),
  };
});
afterAll(async () => team?.[Symbol.asyncDispose]());

/** What systemprompt answers to who has these scopes. */
const run = async (who: 'user' | 'admin', ...args: string[]): Promise<string> =>
  callTool(cluster.endpoint('systemprompt'), 'systemprompt', { args }, tokens[who]);
const here = async (who: 'user' | 'admin', ...args: string[]) => run(who, ...args, '-n', team.name);

describe('a user', () => {
  test('sees the servers of every namespace, and of one', async () => {
    expect(await run('user', 'list', '-A')).toMatch(new RegExp(`${team.name} +${NAME}`));
    const table = await here('user', 'list');
    expect(table).toContain(NAME);
    expect(table).not.toContain('marketplace');
    expect(await run('user', 'list')).toContain('marketplace');
  });

  test('sees of a manifest no value that looks like a secret', async () => {
    const shown = await here('user', 'show', NAME, '-o', 'yaml');
    expect(shown).toContain('API_TOKEN');
    expect(shown).not.toContain(PLANTED);
    expect(await here('admin', 'show', NAME, '-o', 'yaml')).toContain('API_TOKEN');
  });

  test('sees how servers fare, without their pods', async () => {
    expect(await here('user', 'status', NAME)).toMatch(new RegExp(`${NAME} +True +Ready +- `));
  });

  test('calls another server, as who they are', async () => {
    expect(await here('user', 'call', NAME, 'echo', '-a', 'text=hi')).toContain('hi');
    expect(await run('user', 'call', 'marketplace', 'list_skills', '-o', 'json')).toContain('skills');
  });

  test.each([['tools'], ['doctor'], ['validate']])('%s asks the server through the gateway', async (command) => {
    expect(await here('user', command, NAME)).toContain(command === 'tools' ? 'echo' : NAME);
  });

  test.each([
    ['call with a scope that they do not have', ['call', NAME, 'echo', '--scope', 'admin'], 'you can have there: user'],
    [
      'call systemprompt by itself',
      ['call', 'systemprompt', 'systemprompt', '--json', '{"args":["list"]}'],
      'call itself',
    ],
    ['disable a server', ['disable', NAME], 'needs the scope admin'],
    ['read a log', ['logs', NAME], 'kubectl mooring logs'],
  ])('cannot %s', async (_, args, refusal) => {
    const namespace = args.includes('systemprompt') ? [] : ['-n', team.name];
    expect(await run('user', ...args, ...namespace)).toContain(refusal);
  });
});

test('an administrator disables a server and enables it again', async () => {
  const enabled = async () => {
    const { spec } = await cluster.api.get<{ metadata: { name: string }; spec: { enabled?: boolean } }>('McpServer', {
      namespace: team.name,
      name: NAME,
    });
    return spec.enabled;
  };
  expect(await here('admin', 'disable', NAME)).toContain(`${team.name}/${NAME} is disabled`);
  expect(await enabled()).toBe(false);
  expect(await here('user', 'call', NAME, 'echo', '-a', 'text=hi')).toContain('is disabled');
  const since = Date.now();
  expect(await here('admin', 'enable', NAME)).toContain(`${team.name}/${NAME} is enabled`);
  expect(await enabled()).toBe(true);
  await team.ready(NAME, since);
});

test('its ServiceAccount can touch McpServers and nothing else', async () => {
  const can = async (...what: string[]) => {
    const account = `--as=system:serviceaccount:${HOME}:mooring-systemprompt`;
    // It ends with 1 where the answer is no.
    const answer = await kubectl('auth', 'can-i', ...what, '--all-namespaces', account).catch(() => 'no');
    return [...what, answer.trim()].join(' ');
  };
  for (const verb of ['get', 'list', 'update']) expect(await can(verb, 'mcpservers')).toBe(`${verb} mcpservers yes`);
  for (const what of [
    ['get', 'secrets'],
    ['list', 'pods'],
    ['get', 'pods', '--subresource=log'],
    ['create', 'serviceaccounts', '--subresource=token'],
    ['create', 'mcpservers'],
    ['delete', 'mcpservers'],
    ['update', 'mcpservers', '--subresource=status'],
  ])
    expect(await can(...what)).toBe(`${what.join(' ')} no`);
});

test('no other pod that Mooring makes has a token of the API server', async () => {
  const pods = await cluster.api.list<{
    metadata: { name: string; labels?: Record<string, string> };
    spec: { volumes?: { projected?: { sources: object[] } }[] };
  }>('Pod', {}, 'mooring.dev/server');
  const withToken = pods.filter(({ spec }) => spec.volumes?.some(({ projected }) => projected));
  expect([...new Set(withToken.map(({ metadata }) => metadata.labels?.['mooring.dev/server']))]).toEqual([
    'systemprompt',
  ]);
});
