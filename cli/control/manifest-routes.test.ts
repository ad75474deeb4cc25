import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { McpServerManifest } from '../../crds/mcpserver.ts';
import { manifestText } from '../../crds/testing/manifest-text.ts';
import { homePaths } from '../../core/home.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { digestOf } from '../sync/digest.ts';
import { openFolderSide } from '../sync/folder/folder-side.ts';
import { localSide } from '../sync/local-side.ts';
import type { PlaceSide } from '../sync/side.ts';
import { addManifestRoutes } from './manifest-routes.ts';
import { openControl, type Control } from './server.ts';

let home: string;
let manifests: string;
let control: Control;
let side: PlaceSide;

beforeEach(async () => {
  home = await temporaryFolder();
  manifests = join(home, 'manifests');
  await mkdir(manifests);
  control = await openControl(homePaths(home).controlSocket, pino({ level: 'silent' }));
  control.serve(
    addManifestRoutes(new Hono(), openFolderSide({ label: 'it', paths: [manifests], namespace: 'default' })),
  );
  side = localSide(home, 'this machine');
});
afterEach(async () => control.close());

const manifestOf = (name: string, port: number) =>
  McpServerManifest.parse({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name },
    spec: { binary: 'x', port },
  });
const wantedOf = (name: string, port: number) => ({
  manifest: manifestOf(name, port),
  digest: digestOf(manifestOf(name, port), true),
});
const server = { namespace: 'default', name: 'a' };

/** As anything could ask that can open the socket. */
async function ask(
  method: string,
  path: string,
  body?: string,
): Promise<{ status: number | undefined; error: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; error: string }>();
  const outgoing = request({ socketPath: homePaths(home).controlSocket, method, path }, (response) => {
    text(response).then(
      (answer) => resolve({ status: response.statusCode, error: (JSON.parse(answer) as { error: string }).error }),
      reject,
    );
  });
  outgoing.on('error', reject).end(body);
  return promise;
}

test('manifests are listed, made, changed and deleted over the socket', async () => {
  await writeFile(join(manifests, 'b.yaml'), `# mine\n${manifestText('b')}`);
  await side.apply({ ...server, expected: undefined, wanted: wantedOf('a', 1) }, { dryRun: false });
  expect(
    (await side.list(undefined)).map(({ manifest, text: document }) => [manifest.metadata.name, document?.slice(0, 6)]),
  ).toEqual([
    ['a', 'apiVer'],
    ['b', '# mine'],
  ]);
  await side.apply({ ...server, expected: wantedOf('a', 1).digest, wanted: wantedOf('a', 2) }, { dryRun: false });
  expect(await readFile(join(manifests, 'a.yaml'), 'utf8')).toContain('port: 2');
  await side.apply({ ...server, expected: wantedOf('a', 2).digest, wanted: undefined }, { dryRun: true });
  await side.apply({ ...server, expected: wantedOf('a', 2).digest, wanted: undefined }, { dryRun: false });
  expect(await readdir(manifests)).toEqual(['b.yaml']);
});

test('what is not as expected is refused with a code that the command line knows', async () => {
  await writeFile(join(manifests, 'a.yaml'), manifestText('a', { binary: 'x', port: 3 }));
  for (const [expected, wanted] of [
    [undefined, wantedOf('a', 2)],
    [wantedOf('a', 1).digest, wantedOf('a', 2)],
    [wantedOf('a', 1).digest, undefined],
  ] as const) {
    await expect(side.apply({ ...server, expected, wanted }, { dryRun: false })).rejects.toMatchObject({
      code: 'changed_meanwhile',
      status: 409,
    });
  }
  expect(await readFile(join(manifests, 'a.yaml'), 'utf8')).toContain('port: 3');
});

test.each([
  ['no manifest', 'PUT', '/v1/manifests/default/a', '{}'],
  ['no JSON', 'PUT', '/v1/manifests/default/a', 'x'],
  [
    'a digest that is none',
    'PUT',
    '/v1/manifests/default/a',
    JSON.stringify({ expected: 'all:1', wanted: wantedOf('a', 1) }),
  ],
  [
    'the manifest of another server',
    'PUT',
    '/v1/manifests/default/b',
    JSON.stringify({ expected: null, wanted: wantedOf('a', 1) }),
  ],
  [
    'a name that leads out of the folder',
    'PUT',
    '/v1/manifests/default/..%2f..%2fa',
    JSON.stringify({ expected: null, wanted: wantedOf('a', 1) }),
  ],
  ['a deletion of anything', 'DELETE', '/v1/manifests/default/a', undefined],
])('a request that is none is refused and writes nothing: %s', async (_, method, path, body) => {
  await writeFile(join(manifests, 'a.yaml'), manifestText('a'));
  expect(await ask(method, path, body)).toEqual({ status: 400, error: 'invalid_request' });
  expect(await readdir(manifests)).toEqual(['a.yaml']);
});

test('a manifest that breaks a rule, and one that is too large, are refused', async () => {
  const manifest = { ...manifestOf('a', 1), spec: { ...manifestOf('a', 1).spec, binary: undefined } };
  const broken = side.apply(
    { ...server, expected: undefined, wanted: { manifest, digest: digestOf(manifest, true) } },
    { dryRun: false },
  );
  await expect(broken).rejects.toMatchObject({ code: 'invalid_manifests' });
  expect(await ask('PUT', '/v1/manifests/default/a', JSON.stringify('x'.repeat(5_000_000)))).toEqual({
    status: 413,
    error: 'request_too_large',
  });
  expect(await readdir(manifests)).toEqual([]);
});
