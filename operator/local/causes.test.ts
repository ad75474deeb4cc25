import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conditionOf } from '../../crds/condition-of.ts';
import { manifest, MINI, startLaptop, writeSecret, type Laptop } from '../testdata/laptop.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(async () => laptop?.[Symbol.asyncDispose]());

/** Runs this code of Node. */
const code = (name: string, text: string, spec = ''): string => manifest(name, { args: ['-e', text], spec });

test.concurrent('without binary: what this platform needs', async () => {
  await laptop.apply(
    'image.yaml',
    manifest('image')
      .replace('binary: node', 'image: example.com/x')
      .replace(/ {2}args:.*\n/, ''),
  );
  expect(await laptop.reason('image', 'Accepted', 'NeedsBinary')).toContain('spec.binary');
  expect(laptop.condition('image', 'Ready')).toMatchObject({ status: 'False', reason: 'NeedsBinary' });
});

test.concurrent('fields that are not supported yet are all named, and nothing runs', async () => {
  const spec = 'rateLimit: { requests: 1, per: 1s }\nvolumes: [{ name: v, mountPath: /v, emptyDir: {} }]';
  await laptop.apply('unsupported.yaml', manifest('unsupported', { spec }));
  const message = await laptop.reason('unsupported', 'Accepted', 'NotSupported');
  expect(message).toContain('Not supported yet: spec.rateLimit, spec.volumes');
  expect(laptop.server('unsupported')?.status).not.toHaveProperty('backend');
});

test.concurrent('where leaving a field out makes no server, the message says what does', async () => {
  await laptop.apply('stdio.yaml', manifest('stdio', { spec: 'transport: stdio' }));
  const stdio = await laptop.reason('stdio', 'Accepted', 'NotSupported');
  expect(stdio).toMatch(/^Not supported yet: spec\.transport\. Run a server that speaks streamable HTTP/);
  expect(stdio).not.toContain('to run this server here');
});

test.concurrent('fields without effect are named, and the server runs', async () => {
  const spec = "image: example.com/x\nreplicas: 3\nenv: [{ name: PORT, value: '1' }]";
  await laptop.apply('partly.yaml', manifest('partly', { spec }));
  await laptop.ready('partly');
  expect(await laptop.reason('partly', 'Accepted', 'PartlyApplied')).toMatch(
    /without effect here: spec\.image, spec\.replicas, spec\.env\[0\] \(PORT\), which Mooring itself sets/,
  );
});

test.concurrent('a Secret that is missing is named with the file to make; made, the server starts', async () => {
  const spec = 'env: [{ name: T, valueFrom: { secretKeyRef: { name: later, key: t } } }]';
  await laptop.apply('waits.yaml', manifest('waits', { spec }));
  expect(await laptop.reason('waits', 'Available', 'SecretMissing')).toContain(laptop.paths.secret('later', 't'));
  expect(laptop.condition('waits', 'Accepted')?.status).toBe('True');
  await writeSecret(laptop, 'later', 't', 'now');
  await laptop.ready('waits');
  expect((await laptop.call('waits')).env['T']).toBe('now');
});

test.concurrent('a program that is not there, or not executable, is named; put right, the server starts', async () => {
  const program = join(laptop.manifests, 'tool');
  await laptop.apply('tool.yaml', manifest('tool', { args: [] }).replace('binary: node', 'binary: ./tool'));
  expect(await laptop.reason('tool', 'Ready', 'BinaryNotFound')).toContain(program);
  await writeFile(program, `#!/bin/sh\nexec node ${MINI}\n`, { mode: 0o644 });
  expect(await laptop.reason('tool', 'Ready', 'BinaryNotExecutable')).toContain(`chmod +x ${program}`);
  await chmod(program, 0o755);
  await laptop.ready('tool');
});

test.concurrent('an exit is told with its code and the last lines; repeated ones with the next try', async () => {
  const text = "console.log('\\u001b[31mcannot open the database'); process.exit(7)";
  await laptop.apply('exits.yaml', code('exits', text));
  const first = await laptop.reason('exits', 'Ready', 'ProcessExited');
  expect(first).toMatch(
    /It ended with exit code 7.*It is started again at.*Its last output \(all of it is in \S+\):\ncannot open the database$/s,
  );
  expect(first).toContain(`in ${laptop.paths.serverLog('default', 'exits')})`);
  const looping = await laptop.reason('exits', 'Ready', 'CrashLooping');
  expect(looping).toMatch(/exit code 7, 3 times in a row\. It is started again at \d{4}-/);
  expect(laptop.condition('exits', 'Stalled')?.status).toBe('True');
  // Until the next try nothing happens, and nothing is written.
  const { metadata } = await laptop.until('exits', () => true);
  laptop.operator.refresh();
  await sleep(300);
  expect(laptop.server('exits')?.metadata.resourceVersion).toBe(metadata.resourceVersion);
});

test.concurrent('a port that is taken by choice of the program leads to $(PORT)', async () => {
  const text = "const n = require('node:net'); n.createServer().listen(5999, () => n.createServer().listen(5999))";
  await laptop.apply('taken.yaml', code('taken', text));
  expect(await laptop.reason('taken', 'Ready', 'ProcessExited')).toContain('$(PORT)');
});

test.concurrent('no MCP: what it answered, and that its path may be another', async () => {
  const web =
    "require('node:http').createServer((q, r) => r.writeHead(404, { 'content-type': 'text/html' }).end()).listen(process.env.PORT)";
  await laptop.apply('web.yaml', code('web', web));
  expect(await laptop.reason('web', 'Ready', 'NotMcp')).toMatch(/HTTP 404 \(text\/html\).*spec\.path/s);
  expect(laptop.condition('web', 'Available')).toMatchObject({ status: 'False', reason: 'NotMcp' });
  expect(laptop.server('web')?.status).not.toHaveProperty('backend');
});

test.concurrent('it takes connections and never answers', async () => {
  const text = "require('node:net').createServer(() => {}).listen(process.env.PORT, process.env.HOST)";
  await laptop.apply('mute.yaml', code('mute', text, 'timeouts: { startup: 400ms }'));
  const message = await laptop.reason('mute', 'Ready', 'NoAnswer');
  expect(message).toContain('spec.timeouts.startup');
  expect(message).toContain(`Read its output in ${laptop.paths.serverLog('default', 'mute')};`);
});

test.concurrent('credentials of its own', async () => {
  const text = "require('node:http').createServer((q, r) => r.writeHead(401).end()).listen(process.env.PORT)";
  await laptop.apply('locked.yaml', code('locked', text));
  expect(await laptop.reason('locked', 'Ready', 'Unauthorized')).toContain('HTTP 401');
});

test.concurrent('a slow start is no failure within its time', async () => {
  const spec = "env: [{ name: MINI_DELAY, value: '700' }]\ntimeouts: { startup: 5s }";
  await laptop.apply('late.yaml', manifest('late', { spec }));
  const seen = new Set<string>();
  const server = await laptop.until('late', ({ status }) => {
    seen.add(`${conditionOf(status, 'Ready')?.reason}`);
    return conditionOf(status, 'Ready')?.status === 'True';
  });
  expect([...seen].filter((reason) => reason !== 'undefined')).toEqual(['Starting', 'Ready']);
  expect(conditionOf(server.status, 'Reconciling')).toBeUndefined();
});
