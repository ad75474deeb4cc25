import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { PLURAL } from '../../crds/mcpserver.ts';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../../test/support/api-server.ts';
import { Failure } from '../../core/failure.ts';
import type { ImportedServer } from './finish-draft.ts';
import { importServers } from './import-servers.ts';
import { readSources } from './read-sources.ts';
import { arbitrarySource } from './testing/arbitrary-source.ts';

const TESTDATA = join(import.meta.dirname, 'testdata');

let space: TestNamespace;
beforeAll(async () => {
  space = await testNamespace();
}, API_SERVER_TIMEOUT_MS);

/** As `kubectl apply --dry-run=server`: unknown fields are errors. */
async function expectAccepted(text: string): Promise<void> {
  const body = parse(text) as KubernetesObject;
  const made = await space.api.request({
    method: 'POST',
    path: pathOf({ ...body, plural: PLURAL }, space.name),
    query: { fieldValidation: 'Strict', dryRun: 'All' },
    body,
  });
  expect(made['spec']).toMatchObject(body['spec'] as object);
}

test.each(readdirSync(TESTDATA).filter((name) => name !== 'expected'))(
  'a cluster accepts what %s becomes',
  async (name) => {
    const sources = await readSources([join(TESTDATA, name)]);
    const { servers } = importServers(sources, { namespace: space.name });
    for (const { text } of servers) await expectAccepted(text);
    expect(servers.length).toBeGreaterThan(0);
  },
);

test('a cluster accepts whatever an import makes of any file', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrarySource, async (value) => {
      for (const { text } of serversIn(value)) await expectAccepted(text);
    }),
    { numRuns: 150 },
  );
});

function serversIn(value: unknown): readonly ImportedServer[] {
  try {
    const text = JSON.stringify(value);
    return importServers([{ file: 'x.json', text, isNamed: true }], { namespace: space.name }).servers;
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
