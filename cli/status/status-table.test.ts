import { expect, test } from 'vitest';
import type { ServerRun } from '../places/server-runs.ts';
import type { ServerStatus } from './server-status.ts';
import { statusTable, type TableOptions } from './status-table.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const options: TableOptions = { problems: [], namespaces: false, pods: false, now: NOW };

const server = (name: string, more: Partial<ServerStatus> = {}): ServerStatus => ({
  name,
  namespace: 'team',
  ready: true,
  reason: 'Ready',
  source: 'node x',
  ...more,
});
const run = (id: string, more: Partial<ServerRun> = {}): ServerRun => ({
  id,
  state: 'running',
  serving: true,
  what: 'node x',
  restarts: 0,
  startedAt: '2026-01-01T00:50:00Z',
  memoryBytes: 2 ** 20,
  ...more,
});
const cells = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {3,}/));

test('pods are counted, and what several use is added up; the uptime is that of the oldest that serves', () => {
  const runs = [
    run('a', { restarts: 2, state: 'ending', serving: false, startedAt: '2026-01-01T00:00:00Z' }),
    run('b', { startedAt: '2026-01-01T00:55:00Z' }),
    run('c', { restarts: 1 }),
    run('d', { serving: false, startedAt: '2026-01-01T00:59:50Z' }),
  ];
  const text = statusTable([server('notes', { runs, port: 8080 })], { ...options, pods: true, namespaces: true });
  expect(cells(text)).toEqual([
    ['NAMESPACE', 'NAME', 'READY', 'REASON', 'PODS', 'RESTARTS', 'UPTIME', 'MEMORY', 'PORT', 'SOURCE'],
    ['team', 'notes', 'True', 'Ready', '2/3', '3', '10m', '4Mi', '8080', 'node x'],
  ]);
});

test('what is not known is a dash: what may not be seen, and what nobody has looked at', () => {
  const text = statusTable([server('new', { ready: false, reason: 'Pending' })], options);
  expect(text.split('\n')[1]?.split(/ +/)).toEqual(['new', 'Unknown', 'Pending', '-', '-', '-', '-', '-', 'node', 'x']);
  expect(text).toContain('\nnew: not ready, Pending\n  The operator has not looked at it yet.\n');
});

test('the last output is told once, the newest end alone, and nothing in it acts on a terminal', () => {
  const lastEnd = (at: string, output: string) => ({ at, message: 'It ended by SIGKILL.', output });
  const runs = [
    run('a', { lastEnd: lastEnd('2026-01-01T00:59:50Z', 'new\u001B[2J\u0007 words') }),
    run('b', { lastEnd: lastEnd('2026-01-01T00:00:00Z', 'old words') }),
  ];
  const broken = { ready: false, reason: 'Starting', since: '2026-01-01T00:57:00Z', runs };
  const text = statusTable([server('a', { ...broken, message: 'It starts.' })], options);
  expect(text).toContain(
    '\na: not ready for 3m, Starting\n  It starts.\n  Last end 10s ago: It ended by SIGKILL. Its last output:\n  new\uFFFD words\n',
  );
  expect(text).not.toContain('old words');
  const known = statusTable([server('a', { ...broken, message: 'It said:\nnew\u001B[2J\u0007 words' })], options);
  expect(known).toContain('\n  new\uFFFD words\n  Last end 10s ago: It ended by SIGKILL.\n');
});

test('manifests that are not valid are told, and that there are none', () => {
  const problems = [{ file: 'b.yaml', line: 3, path: 'spec.port', message: 'is too large', hint: 'choose another' }];
  expect(statusTable([server('a')], { ...options, problems })).toContain('b.yaml:3: spec.port: is too large');
  expect(statusTable([], options)).toContain('No servers');
});
