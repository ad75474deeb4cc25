import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, test } from 'vitest';
import { conditionOf } from '../../crds/condition-of.ts';
import { isAlive, manifest, startLaptop, type Laptop, type Mini } from '../testdata/laptop.ts';

const calls = new Map<string, number>();
let laptop: Laptop;
beforeAll(async () => {
  laptop = await startLaptop({ inFlight: (url) => calls.get(url) ?? 0 });
});
afterAll(async () => laptop?.[Symbol.asyncDispose]());

const versioned = (name: string, version: string, spec = ''): string =>
  manifest(name, { spec: `env: [{ name: MINI_VERSION, value: '${version}' }]\n${spec}` });

/** Calls as the gateway does: to where the status says now, and counted while under way. */
async function call(name: string, params = {}): Promise<Mini> {
  const url = laptop.server(name)?.status?.backend?.url ?? '';
  calls.set(url, (calls.get(url) ?? 0) + 1);
  try {
    return await laptop.call(name, params);
  } finally {
    calls.set(url, (calls.get(url) ?? 1) - 1);
  }
}

test.concurrent('good edits under traffic lose no call', async ({ expect }) => {
  await laptop.apply('busy.yaml', versioned('busy', '1'));
  await laptop.ready('busy');
  const seen = new Set<string>();
  const lost: unknown[] = [];
  let made = 0;
  const traffic = new AbortController();
  const client = async (): Promise<void> => {
    for (; !traffic.signal.aborted; made++) {
      await call('busy', { ms: 10 }).then(
        ({ version }) => seen.add(version),
        (error: unknown) => lost.push(error),
      );
    }
  };
  const clients = [client(), client(), client(), client()];
  const pids: number[] = [];
  for (const version of ['2', '3', '4']) {
    pids.push((await call('busy')).pid);
    await laptop.apply('busy.yaml', versioned('busy', version));
    await laptop.until('busy', ({ status }) => status?.server?.version === version);
    // The new one serves before it is called Ready, and it is the one that is called.
    expect((await call('busy')).version).toBe(version);
  }
  await sleep(200);
  traffic.abort();
  await Promise.all(clients);
  expect(lost).toEqual([]);
  expect([...seen]).toEqual(['1', '2', '3', '4']);
  expect(made).toBeGreaterThan(50);
  await expect.poll(() => pids.map(isAlive), { timeout: 3000 }).toEqual([false, false, false]);
});

test.concurrent('a call that is under way during an edit is finished by the one that took it', async ({ expect }) => {
  await laptop.apply('slow.yaml', versioned('slow', '1'));
  await laptop.ready('slow');
  const answer = call('slow', { ms: 1500 });
  await laptop.apply('slow.yaml', versioned('slow', '2'));
  await laptop.until('slow', ({ status }) => status?.server?.version === '2');
  expect((await answer).version).toBe('1');
  await expect.poll(async () => isAlive((await answer).pid), { timeout: 3000 }).toBe(false);
});

test.concurrent('an edit that cannot arrive leaves the one before it serving, and says which and why; a repair arrives', async ({
  expect,
}) => {
  await laptop.apply('edit.yaml', versioned('edit', '1'));
  await laptop.ready('edit');
  const { pid } = await call('edit');

  await laptop.apply('edit.yaml', versioned('edit', '2').replace('binary: node', 'binary: no-such-program'));
  expect(await laptop.reason('edit', 'Verified', 'BinaryNotFound')).toContain('"no-such-program"');
  expect(laptop.condition('edit', 'Available')).toMatchObject({ status: 'True', reason: 'PreviousServes' });
  expect(laptop.condition('edit', 'Available')?.message).toContain('Generation 1 serves on until generation 2');
  expect(laptop.condition('edit', 'Ready')).toMatchObject({ status: 'False', reason: 'BinaryNotFound' });
  expect(laptop.condition('edit', 'Stalled')).toMatchObject({ status: 'True', reason: 'BinaryNotFound' });
  expect((await call('edit')).pid).toBe(pid);

  // A program that runs, but is no MCP server.
  const web = "require('node:http').createServer((q, r) => r.end('hi')).listen(process.env.PORT, process.env.HOST)";
  await laptop.apply('edit.yaml', manifest('edit', { args: ['-e', web] }));
  expect(await laptop.reason('edit', 'Ready', 'NotMcp')).toContain('HTTP 200');
  expect((await call('edit')).pid).toBe(pid);

  // One that ends at once.
  await laptop.apply('edit.yaml', manifest('edit', { args: ['-e', "console.error('no luck'); process.exit(3)"] }));
  await laptop.until('edit', ({ status }) => /exit code 3/.test(conditionOf(status, 'Ready')?.message ?? ''));
  expect(laptop.condition('edit', 'Ready')?.message).toContain('no luck');
  expect((await call('edit')).pid).toBe(pid);

  // Back to what still runs: nothing is started anew.
  await laptop.apply('edit.yaml', versioned('edit', '1'));
  await laptop.ready('edit');
  expect((await call('edit')).pid).toBe(pid);
  expect(laptop.condition('edit', 'Stalled')).toBeUndefined();

  await laptop.apply('edit.yaml', versioned('edit', '5'));
  await laptop.ready('edit');
  expect((await call('edit')).version).toBe('5');
});

test.concurrent('an edit that is not a manifest any more changes nothing but one condition, which tells the line', async ({
  expect,
}) => {
  await laptop.apply('typo.yaml', versioned('typo', '1'));
  await laptop.ready('typo');
  await laptop.apply('typo.yaml', versioned('typo', '2', 'prot: 1'));
  expect(await laptop.reason('typo', 'Stalled', 'InvalidManifest')).toMatch(/typo\.yaml:\d+: spec\.prot.*port/s);
  expect(laptop.condition('typo', 'Ready')?.status).toBe('True');
  expect((await call('typo')).version).toBe('1');
  await laptop.apply('typo.yaml', versioned('typo', '1'));
  await laptop.until('typo', ({ status }) => !conditionOf(status, 'Stalled'));
});

test.concurrent('a program with a port of its own is told about $(PORT); the one before it serves on', async ({
  expect,
}) => {
  await laptop.apply('fixed.yaml', versioned('fixed', '1', 'port: 6177'));
  await laptop.ready('fixed');
  const fixed = (version: string) =>
    versioned('fixed', version, 'port: 6177').replace('env: [', "env: [{ name: MINI_PORT, value: '6177' }, ");
  await laptop.apply('fixed.yaml', fixed('2'));
  await laptop.until('fixed', ({ status }) => conditionOf(status, 'Ready')?.status === 'False');
  expect(laptop.condition('fixed', 'Ready')?.message).toMatch(/\$\(PORT\).*set spec\.enabled to false, then to true/);
  expect((await call('fixed')).version).toBe('1');

  // The way out that it names.
  await laptop.apply('fixed.yaml', fixed('2').replace('port: 6177', 'port: 6177\n  enabled: false'));
  await laptop.reason('fixed', 'Ready', 'Disabled');
  await laptop.apply('fixed.yaml', fixed('2'));
  await laptop.ready('fixed');
  expect((await call('fixed')).version).toBe('2');
});

test.concurrent('what never served makes room for the next edit at once, its port included', async ({ expect }) => {
  const spec = 'port: 6178\ntimeouts: { startup: 300ms }';
  await laptop.apply('room.yaml', manifest('room', { args: ['-e', 'setInterval(() => {}, 1000)'], spec }));
  expect(await laptop.reason('room', 'Ready', 'PortNotOpened')).toMatch(/127\.0\.0\.1:6178.*\$\(PORT\)/);
  await laptop.apply('room.yaml', manifest('room', { spec }));
  const { status } = await laptop.ready('room');
  expect(status?.backend?.url).toBe('http://127.0.0.1:6178/mcp');
});

test.concurrent('a wrong path is an edit that cannot arrive, too', async ({ expect }) => {
  const strict = `
    const { createServer } = require('node:http');
    const answers = { 'server/discover': { supportedVersions: ['2026-07-28'], capabilities: {} } };
    createServer((request, response) => {
      if (request.url !== '/here') return response.writeHead(404, { 'content-type': 'text/html' }).end();
      let body = '';
      request.on('data', (chunk) => (body += chunk)).on('end', () => {
        const { id, method } = JSON.parse(body);
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method] ?? {} }));
      });
    }).listen(process.env.PORT, process.env.HOST)`.replaceAll(/\s+/g, ' ');
  await laptop.apply('path.yaml', manifest('path', { args: ['-e', strict], spec: 'path: /here' }));
  const before = await laptop.ready('path');
  await laptop.apply('path.yaml', manifest('path', { args: ['-e', strict], spec: 'path: /there' }));
  expect(await laptop.reason('path', 'Ready', 'NotMcp')).toMatch(/HTTP 404 \(text\/html\).*spec\.path.*\/there/s);
  expect(laptop.server('path')?.status?.backend).toEqual(before.status?.backend);
});
