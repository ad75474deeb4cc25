import { expect, test } from 'vitest';
import { pathOf } from './kubernetes-object.ts';

const deployments = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };
const pods = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };

test.each([
  [pathOf(pods), '/api/v1/pods'],
  [pathOf(pods, 'a', 'b', 'status'), '/api/v1/namespaces/a/pods/b/status'],
  [pathOf(deployments), '/apis/apps/v1/deployments'],
  [pathOf(deployments, 'a'), '/apis/apps/v1/namespaces/a/deployments'],
  [pathOf(deployments, 'a/../b', 'c?d'), '/apis/apps/v1/namespaces/a%2F..%2Fb/deployments/c%3Fd'],
])('%s', (path, expected) => {
  expect(path).toBe(expected);
});
