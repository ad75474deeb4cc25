import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LuaFactory } from 'wasmoon';
import { expect, test } from 'vitest';
import { buildStatus } from '../../operator/status.ts';
import type { Sight } from '../../operator/findings.ts';
import type { Observation } from '../../operator/platform.ts';
import type { Answer } from '../../operator/probe.ts';
import { serverOf } from '../../operator/testdata/manifest.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'examples', 'gitops', 'argocd', 'health.lua');
const NOW = '2026-01-01T00:00:00Z';
const server = serverOf({}, { generation: 2 });
const pod = (generation: number) => ({ id: String(generation), url: 'http://notes:8080/mcp', output: '', generation });
const OLD = pod(1);
const NEW = pod(2);
const accepted = { accepted: true, reason: 'Accepted', message: 'taken on' };
const answered: Answer = {
  kind: 'answered',
  discovery: {
    server: { name: 'notes', version: '1', protocolVersions: ['2026-07-28'] },
    answersStrangers: false,
    tools: [],
    toolCount: 0,
    toolsComplete: true,
    resourceCount: 0,
    promptCount: 0,
  },
};
const failed: Answer = {
  kind: 'failed',
  cause: { reason: 'NotMcp', message: 'It does not speak MCP.', stalled: true },
  listening: true,
};

/** What Argo CD would show for what the operator writes. */
async function healthOf(object: unknown): Promise<{ status: string; message: string }> {
  const lua = await new LuaFactory().createEngine();
  try {
    lua.global.set('obj', object);
    return (await lua.doString(await readFile(SCRIPT, 'utf8'))) as { status: string; message: string };
  } finally {
    lua.global.close();
  }
}

const written = (sight: Partial<Omit<Sight, 'observation'>> & { observation?: Partial<Observation> }) => {
  const whole: Sight = {
    server,
    acceptance: accepted,
    answer: undefined,
    servingAnswer: undefined,
    problems: [],
    exposure: '',
    ...sight,
    observation: { instances: [], replicas: 0, ...sight.observation },
  };
  return { ...server, status: buildStatus(whole, { url: 'http://localhost:8080/x', now: NOW }) };
};

test.each([
  ['no status yet', { ...server, status: undefined }, 'Progressing', 'Waiting for the operator'],
  ['no conditions yet', { ...server, status: {} }, 'Progressing', 'Waiting for the operator'],
  ['starting', written({ observation: { wanted: NEW } }), 'Progressing', 'has not answered MCP yet'],
  [
    'ready',
    written({ answer: answered, servingAnswer: answered, observation: { serving: NEW, wanted: NEW, replicas: 1 } }),
    'Healthy',
    'It takes calls',
  ],
  [
    'a status of the edit before',
    {
      ...written({ answer: answered, servingAnswer: answered, observation: { serving: NEW, wanted: NEW } }),
      metadata: { ...server.metadata, generation: 3 },
    },
    'Progressing',
    'Waiting for the operator',
  ],
  [
    'an edit arrives while the old version serves',
    written({ answer: { kind: 'pending' }, servingAnswer: answered, observation: { serving: OLD, wanted: NEW } }),
    'Progressing',
    'has not answered MCP yet',
  ],
  [
    'an edit that cannot arrive while the old version serves',
    written({ answer: failed, servingAnswer: answered, observation: { serving: OLD, wanted: NEW } }),
    'Degraded',
    'It does not speak MCP.',
  ],
  ['not MCP', written({ answer: failed, observation: { wanted: NEW } }), 'Degraded', 'It does not speak MCP.'],
  [
    'name taken',
    written({ acceptance: { accepted: false, stalled: true, reason: 'NameTaken', message: 'belongs to another' } }),
    'Degraded',
    'belongs to another',
  ],
  [
    'switched off',
    written({ acceptance: { accepted: true, reason: 'Disabled', message: 'Switched off' } }),
    'Suspended',
    'Switched off',
  ],
])('%s', async (_, object, status, message) => {
  expect(await healthOf(object)).toEqual({ status, message: expect.stringContaining(message) });
});
