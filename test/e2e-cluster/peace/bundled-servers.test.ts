import { expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { record, conditionIn, type ServerObject } from '../../support/cluster/recorder.ts';
import { HOME } from '../../support/cluster/release.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';

const cluster = useCluster();

const ready = async (name: string) => {
  await using servers = record<ServerObject>(cluster.api, 'McpServer', HOME);
  await servers.first(
    `${name} to be Ready`,
    (server) => server.metadata.name === name && conditionIn(server, 'Ready')?.status === 'True',
  );
};
const call = async (server: string, tool: string, input: Record<string, unknown>) =>
  callTool(cluster.endpoint(server), tool, input, await cluster.token(server));

test('the marketplace that the chart brings keeps the skills of a person in the database', async () => {
  await ready('marketplace');
  const name = `skill-${Date.now()}`;
  await call('marketplace', 'create_skill', { name, description: 'd', content: '# Hello' });
  expect(await call('marketplace', 'list_skills', { name, includeContent: true })).toContain('# Hello');
});

test.each([
  ['systemprompt', 'systemprompt', { args: ['list'] }, 'marketplace'],
  ['content-manager', 'create_blog_post', { title: `Post ${Date.now()}`, body: 'Two words.' }, 'words: 2'],
])('%s that the chart brings answers', async (server, tool, input, said) => {
  await ready(server);
  expect(await call(server, tool, input)).toContain(said);
});
