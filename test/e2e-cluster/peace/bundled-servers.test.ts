import { expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { record, conditionIn, type ServerObject } from '../../support/cluster/recorder.ts';
import { HOME } from '../../support/cluster/release.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';

const cluster = useCluster();

test('the marketplace that the chart brings keeps the skills of a person in the database', async () => {
  await using servers = record<ServerObject>(cluster.api, 'McpServer', HOME);
  await servers.first(
    'the marketplace to be Ready',
    (server) => server.metadata.name === 'marketplace' && conditionIn(server, 'Ready')?.status === 'True',
  );
  const endpoint = cluster.endpoint('marketplace');
  const token = await cluster.token('marketplace');
  const name = `skill-${Date.now()}`;
  await callTool(endpoint, 'create_skill', { name, description: 'd', content: '# Hello' }, token);
  expect(await callTool(endpoint, 'list_skills', { name, includeContent: true }, token)).toContain('# Hello');
});
