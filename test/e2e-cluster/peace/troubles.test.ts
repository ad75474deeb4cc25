import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterObject } from '../../support/cluster/cluster-api.ts';
import { tellFigure } from '../../support/cluster/figure.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn, transitions } from '../../support/cluster/recorder.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { TROUBLES } from './troubles.ts';

const { api } = useCluster();
let namespace: ObservedNamespace;
let applied = 0;

/** All at once: most of the time each only waits. */
beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-troubles');
  applied = Date.now();
  for (const { manifest } of TROUBLES) await namespace.apply(manifest);
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

describe.concurrent.each(TROUBLES)('$name', ({ name, reason, message, not, isKnown, withinMs, repair }) => {
  test('is told, in words that stay, and is over when it is repaired', async ({ expect: expectHere }) => {
    const known = isKnown
      ? await namespace.pods.first(`the cluster to know of ${name}`, (pod) => isServer(pod, name) && isKnown(pod))
      : undefined;
    const told = await namespace.servers.first(
      `${name} to be told as ${reason}`,
      (server) => server.metadata.name === name && conditionIn(server, 'Ready')?.reason === reason,
      { explain: () => namespace.story(name) },
    );
    const ready = conditionIn(told.object, 'Ready');
    expectHere(ready?.status).toBe('False');
    expectHere(ready?.message).toMatch(message);
    if (not) expectHere(ready?.message).not.toMatch(not);
    tellFigure(`${name} told`, told.at - (known?.at ?? applied), withinMs);
    if (!repair) return;
    const since = await namespace.edit(name, repair);
    await namespace.ready(name, since);
    expectHere(repetitions(name), namespace.story(name)).toEqual([]);
  });
});

test('nothing of it was ever Ready before it was good', () => {
  for (const { object } of namespace.servers.seen) {
    if (object.metadata.generation !== 1) continue;
    expect(conditionIn(object, 'Ready')?.status, object.metadata.name).not.toBe('True');
  }
});

test('Events tell each trouble and its end', async () => {
  const events = await api.list<EventObject>('Event', { namespace: namespace.name });
  for (const { name, reason } of TROUBLES) {
    const told = events.filter(({ involvedObject: { kind, name: of } }) => kind === 'McpServer' && of === name);
    const reasons = told.map((event) => event.reason);
    expect(reasons, namespace.story(name)).toEqual(expect.arrayContaining([reason, 'Ready']));
  }
});

interface EventObject extends ClusterObject {
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly reason: string;
}

const isServer = (pod: { metadata: { labels?: Readonly<Record<string, string>> } }, name: string): boolean =>
  pod.metadata.labels?.['mooring.dev/server'] === name;

/** What was told, then something else, then the same again: flicker. */
function repetitions(name: string): string[] {
  const lines = transitions(namespace.servers, name);
  return lines.filter((line, index) => lines.indexOf(line) !== index);
}
