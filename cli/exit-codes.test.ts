import { expect, test } from 'vitest';
import { ApiError } from '../crds/kubernetes/kubernetes-api.ts';
import type { Failure } from '../core/failure.ts';
import { exitCodeOf } from './exit-codes.ts';
import { readJson } from './http/read-json.ts';
import { capability } from './places/capability.ts';
import { asFailure } from './places/cluster.ts';

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const ofCluster = (status: number): unknown => asFailure(new ApiError(status, 'Any', 'told'), 'the cluster');
const ofGateway = (status: number): unknown =>
  caught(() =>
    readJson({ status, text: '{}', url: new URL('https://x') } as never, { safeParse: () => ({ success: false }) }),
  );

test.each([500, 503, 504, 429])('status %i means for every place that it could not be asked', (status) => {
  for (const failure of [ofCluster(status), ofGateway(status)]) {
    expect(failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('Try again in a while.') });
    expect(exitCodeOf((failure as Failure).code)).toBe(3);
  }
});

test('what a cluster refuses for good is a failure, with a next step', () => {
  const failure = ofCluster(400);
  expect(failure).toMatchObject({ code: 'cluster_refused', message: expect.stringContaining('mooring version') });
  expect(exitCodeOf((failure as Failure).code)).toBe(1);
});

test('what a place cannot do was called wrongly', () => {
  const failure = caught(() => capability({ label: 'https://mcp.example.com' } as never, 'logs'));
  expect(exitCodeOf((failure as Failure).code)).toBe(2);
});
