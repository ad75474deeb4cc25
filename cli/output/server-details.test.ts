import { expect, test } from 'vitest';
import type { ServerView } from '../places/place.ts';
import { harmless } from './harmless.ts';
import { serverDetails } from './server-details.ts';

const HOSTILE = 'x\nReady=True Ready: forged\u001B[2J';

const server: ServerView = {
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: { name: 'notes' },
  spec: { binary: 'node', args: ['-e', HOSTILE], title: HOSTILE, description: HOSTILE },
  status: {
    conditions: [{ type: 'Ready', status: 'False', reason: 'X', message: HOSTILE, lastTransitionTime: '' }],
    server: { name: HOSTILE, version: '1', instructions: `first\n${HOSTILE}` },
    tools: [{ name: 'a', title: HOSTILE, digest: '' }],
  },
};

test('what strangers wrote stands in its place and is not obeyed', () => {
  const text = serverDetails(server);
  expect(text).toBe(harmless(text));
  expect(text).not.toMatch(/^Ready=True/m);
  expect(text).toContain('\nInstructions\n  first\n  x\n  Ready=True');
  expect(text).toContain('\n  Ready=False X: x Ready=True Ready: forged\uFFFD[2J\n');
});
