import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { articlePage } from '../../servers/content-manager/testing/pages.ts';
import { CALLS, expectResult, namesOf } from '../support/every-tool.ts';
import { inspector, type InspectedTool } from '../support/inspector.ts';
import { startMooring, type RunningMooring } from '../support/mooring.ts';
import { startWebSite, type WebSite } from '../support/web-site.ts';

const NAMES = Object.keys(CALLS);

let home: string;
let site: WebSite;
let mooring: RunningMooring;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mooring-inspector-'));
  site = await startWebSite({ '/tides': articlePage('Tides', 'tides', 't') });
  const example = async (name: string): Promise<string> =>
    readFile(join(import.meta.dirname, '../../examples/local', `${name}.yaml`), 'utf8');
  const manifests = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [`${name}.yaml`, await example(name)] as const)),
  );
  manifests['content-manager.yaml'] += `  env:\n    - { name: MOORING_CONTENT_ALLOW, value: "${site.host}" }\n`;
  mooring = await startMooring({ manifests, ready: NAMES });
}, 120_000);
afterAll(async () => {
  await mooring?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

describe.each(NAMES)('the Inspector at %s', (server) => {
  const calls = CALLS[server] ?? [];
  let inspect: ReturnType<typeof inspector>;
  let tools: readonly InspectedTool[];
  beforeAll(async () => {
    inspect = inspector(mooring.endpoint(server), await mooring.token(server, 'user admin'), home);
    tools = await inspect.listTools('modern');
  });

  test('lists its tools in both eras, and each is called here', async () => {
    expect(namesOf(tools)).toEqual(namesOf(await inspect.listTools('legacy')));
    expect(calls.map(([tool]) => tool).sort()).toEqual(namesOf(tools));
  });

  test.each(calls.map(([tool]) => tool))('calls %s, and the answer is what its schema says', async (name) => {
    const input = calls.find(([tool]) => tool === name)?.[1](`${site.origin}/tides`) ?? {};
    expectResult(
      tools.find((tool) => tool.name === name),
      await inspect.callTool(name, input),
    );
  });
});
