import { describe, expect, test } from 'vitest';
import { customResourceDefinition } from './custom-resource-definition.ts';
import { formatPath } from './problem.ts';
import { brokenRules, RULES } from './rules.ts';

const brokenIn = (spec: unknown): string[] =>
  brokenRules({ spec }).map(({ path, message }) => `${formatPath(path)}: ${message}`);

const SOURCE = 'spec: exactly one of `image/binary`, `package` and `remote` is needed';
const binary = 'notes-server';

describe('where the server comes from', () => {
  test.each([
    [{ image: 'a' }],
    [{ binary }],
    [{ image: 'a', binary, args: ['x'] }],
    [{ binary, args: ['x'] }],
    [{ package: {} }],
    [{ package: {}, args: ['x'] }],
    [{ remote: {} }],
  ])('%j is enough', (spec) => {
    expect(brokenIn(spec)).toEqual([]);
  });

  test.each([
    [{}],
    [{ args: ['x'] }],
    [{ binary: null }],
    [{ image: 'a', package: {} }],
    [{ binary, package: {} }],
    [{ binary, remote: {} }],
    [{ image: 'a', binary, remote: {} }],
    [{ package: {}, remote: {} }],
  ])('%j is refused', (spec) => {
    expect(brokenIn(spec)).toEqual([SOURCE]);
  });
});

test('a remote server is reached over HTTP', () => {
  expect(brokenIn({ remote: {}, transport: 'sse' })).toEqual([]);
  expect(brokenIn({ binary, transport: 'stdio' })).toEqual([]);
  expect(brokenIn({ remote: {}, transport: 'stdio' })).toHaveLength(1);
});

test('every entry of a list is judged by itself', () => {
  const env = [{ value: '' }, { value: 'a', valueFrom: { secretKeyRef: {} } }, {}, { valueFrom: { secretKeyRef: {} } }];
  expect(brokenIn({ binary, env })).toEqual([
    'spec.env[1]: exactly one of `value` and `valueFrom` is needed',
    'spec.env[2]: exactly one of `value` and `valueFrom` is needed',
  ]);
});

test.each([
  ['env[0].valueFrom', { env: [{ valueFrom: {} }] }],
  ['env[0].valueFrom', { env: [{ valueFrom: { secretKeyRef: {}, configMapKeyRef: {} } }] }],
  ['envFrom[0]', { envFrom: [{ prefix: 'A' }] }],
  ['envFrom[0]', { envFrom: [{ secretRef: {}, configMapRef: {} }] }],
  ['volumes[0]', { volumes: [{ name: 'a' }] }],
  ['volumes[0]', { volumes: [{ emptyDir: {}, secret: {} }] }],
  ['disruptionBudget', { disruptionBudget: {} }],
  ['disruptionBudget', { disruptionBudget: { minAvailable: 1, maxUnavailable: 1 } }],
  ['autoscaling', { autoscaling: { minReplicas: 3, maxReplicas: 2 } }],
])('%s is refused in %j', (path, spec) => {
  expect(brokenIn({ binary, ...spec })).toEqual([expect.stringContaining(`spec.${path}: `)]);
});

test.each([
  [{ autoscaling: { maxReplicas: 1 } }],
  [{ autoscaling: { minReplicas: 2, maxReplicas: 2 } }],
  [{ autoscaling: { minReplicas: 'x', maxReplicas: 2 } }],
  [{ disruptionBudget: { maxUnavailable: 0 } }],
  [{ volumes: [{ persistentVolumeClaim: {} }] }],
  [{ env: 'no list', volumes: [null, 3], disruptionBudget: [] }],
])('nothing is said of %j: it is right, or wrong in another way', (spec) => {
  expect(brokenIn({ binary, ...spec })).toEqual([]);
});

test('the CRD has each rule, in CEL, at its place, with the same message', () => {
  const schema = JSON.stringify(customResourceDefinition().spec.versions[0]?.schema);
  for (const { cel, message } of RULES) {
    expect(schema).toContain(JSON.stringify(cel));
    expect(schema).toContain(JSON.stringify(message).slice(1, -1));
  }
});
