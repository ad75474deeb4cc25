import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { ERAS } from '../../support/eras.ts';
import { toolCall } from '../toolbox/tool-call.ts';

const cluster = useCluster();
let namespace: ObservedNamespace;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  namespace = await observeNamespace(cluster.api, 'e2e-edge');
  for (const kind of ['kit', 'plain'] as const) await namespace.apply(serverManifest(`edge-${kind}`, kind));
  for (const name of ['edge-kit', 'edge-plain']) {
    await namespace.ready(name);
    tokens[name] = await cluster.token(name);
  }
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

test('metadata and challenges name the https URL', async () => {
  const endpoint = cluster.endpoint('edge-kit');
  const challenge = (await fetch(endpoint, { method: 'POST' })).headers.get('www-authenticate') ?? '';
  const resource = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? '';
  expect(resource).toBe(`${cluster.publicUrl}/.well-known/oauth-protected-resource/api/v1/mcp/edge-kit/mcp`);
  expect(await json(resource)).toMatchObject({ resource: endpoint, authorization_servers: [cluster.publicUrl] });
  const server = await json(`${cluster.publicUrl}/.well-known/oauth-authorization-server`);
  expect(server).toMatchObject({ issuer: cluster.publicUrl });
  const urls = Object.entries(server as Record<string, unknown>).filter(([name]) => /_(endpoint|uri)$/.test(name));
  expect(urls.filter(([, value]) => !String(value).startsWith(cluster.publicUrl))).toEqual([]);
});

test('a stream arrives as it is written, though the edge buffers', async () => {
  const { headers, body } = toolCall('2025-11-25', '', 3);
  const call = JSON.parse(body) as { params: { arguments: object; _meta?: object } };
  call.params.arguments = { seconds: 3, every: 0.5 };
  call.params._meta = { progressToken: 'p' };
  const response = await fetch(cluster.endpoint('edge-plain'), {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${tokens['edge-plain']}` },
    body: JSON.stringify(call),
  });
  expect(response.status).toBe(200);
  const arrivals: number[] = [];
  for await (const chunk of response.body ?? []) {
    if (Buffer.from(chunk).toString().includes('notifications/progress')) arrivals.push(Date.now());
  }
  expect(arrivals.length).toBeGreaterThanOrEqual(4);
  expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(1500);
});

test('a body just below the megabyte of the edge arrives, a larger one is refused by the edge', async () => {
  const send = async (bytes: number) => {
    const { headers, body } = toolCall('2025-11-25', 'x'.repeat(bytes));
    const authorization = `Bearer ${tokens['edge-kit']}`;
    return fetch(cluster.endpoint('edge-kit'), { method: 'POST', headers: { ...headers, authorization }, body });
  };
  // What arrives is refused by the tool, in its own words.
  expect(await (await send(1_000_000)).text()).toMatch(/"isError":true|invalid/i);
  expect((await send(1_100_000)).status).toBe(413);
});

/** Three times the silence that the edge suffers. */
const LONG_SECONDS = 185;
const OPTIONS = { timeout: 230_000 };

describe.concurrent('a tool call of three minutes survives', () => {
  for (const { era, connect } of ERAS) {
    test(`of a server on the kit, ${era}`, { timeout: 240_000 }, async ({ expect: expectHere }) => {
      await using client = await connect(cluster.endpoint('edge-kit'), {
        authorization: `Bearer ${tokens['edge-kit']}`,
      });
      const { content } = await client.call('slow', { seconds: LONG_SECONDS }, OPTIONS);
      expectHere(JSON.stringify(content)).toContain(`slept ${LONG_SECONDS} s`);
    });

    // Of another server where it streams its answer, as it does when it tells of progress: nobody can keep the answer of a
    // silent one alive before it begins.
    test(
      `of a server that tells of its progress once, ${era}`,
      { timeout: 240_000 },
      async ({ expect: expectHere }) => {
        await using client = await connect(cluster.endpoint('edge-plain'), {
          authorization: `Bearer ${tokens['edge-plain']}`,
        });
        const told: unknown[] = [];
        const { content } = await client.call(
          'slow',
          { seconds: LONG_SECONDS, every: 30, tellOnce: true },
          { ...OPTIONS, onprogress: (progress) => told.push(progress) },
        );
        expectHere(JSON.stringify(content)).toContain(`slept ${LONG_SECONDS} s`);
        expectHere(told).toHaveLength(1);
      },
    );
  }
});

test('a server on the kit is reached through the edge', async () => {
  expect(await callTool(cluster.endpoint('edge-kit'), 'echo', { text: 'hi' }, tokens['edge-kit'])).toContain('hi');
});

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();
