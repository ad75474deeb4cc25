import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARTICLE_SITE, articleHost } from '../../support/cluster/article-site.ts';
import { conditionIn, record, type ServerObject } from '../../support/cluster/recorder.ts';
import { HOME } from '../../support/cluster/release.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { CALLS, expectResult, namesOf } from '../../support/every-tool.ts';

const cluster = useCluster();
const page = `http://${articleHost(cluster.toolboxNamespace)}/tides`;

beforeAll(async () => {
  for (const object of ARTICLE_SITE) await cluster.api.apply(object, cluster.toolboxNamespace);
});

describe.each(Object.entries(CALLS))('the official client at %s', (server, calls) => {
  let client: Client;
  let tools: Awaited<ReturnType<Client['listTools']>>['tools'];
  beforeAll(async () => {
    await using servers = record<ServerObject>(cluster.api, 'McpServer', HOME);
    await servers.first(
      `${server} to be Ready`,
      (seen) => seen.metadata.name === server && conditionIn(seen, 'Ready')?.status === 'True',
    );
    const headers = { authorization: `Bearer ${await cluster.token(server, 'user admin')}` };
    client = new Client(
      { name: 'mooring-test', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(
      new StreamableHTTPClientTransport(new URL(cluster.endpoint(server)), { requestInit: { headers } }),
    );
    ({ tools } = await client.listTools());
  });
  afterAll(async () => client?.close());

  test('is shown every tool that is called here', () => {
    expect(namesOf(tools)).toEqual(calls.map(([tool]) => tool).sort());
  });

  test.each(calls)('calls %s, and the answer is what its schema says', async (name, input) => {
    expectResult(
      tools.find((tool) => tool.name === name),
      await client.callTool({ name, arguments: { ...input(page) } }),
    );
  });
});
