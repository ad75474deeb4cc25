import { expect, test } from 'vitest';
import type { ClusterFacts, Deployed } from './facts/cluster-facts.ts';
import { operatorBreak } from './operator-break.ts';
import type { Subject } from './subject.ts';

const OPERATOR: Deployed = { namespace: 'mooring-system', name: 'mooring-operator', ready: 2, follows: undefined };

async function told(operators: readonly Deployed[] | undefined) {
  const cluster: Pick<ClusterFacts, 'deployments'> = { deployments: async () => operators };
  const server = { metadata: { name: 'weather', namespace: 'tools' } };
  const subject = { cluster, server, place: { kind: 'cluster' } } as Partial<Subject> as Subject;
  const { cause, message, fix } = await operatorBreak(subject, AbortSignal.timeout(1000));
  expect(cause).toBe('NotDiscovered');
  return `${message}\n${fix}`;
}

test('why no operator has looked at a server', async () => {
  expect(await told([])).toMatch(/no operator of Mooring in any namespace[^]*Install the chart/);
  expect(await told([{ ...OPERATOR, ready: 0 }])).toMatch(/mooring-system\/mooring-operator does not run/);
  expect(await told([{ ...OPERATOR, follows: ['mooring-system', 'apps'] }])).toMatch(
    /No operator follows namespace tools; followed: mooring-system, apps\.[^]*watchNamespaces/,
  );
  expect(await told([{ ...OPERATOR, follows: ['tools'] }])).toMatch(/has not looked at the newest edit/);
  expect(await told(undefined)).toMatch(/Wait some seconds, then run `mooring doctor weather -n tools` again/);
});
