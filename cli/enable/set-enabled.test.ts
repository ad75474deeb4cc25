import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../../test/support/api-server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { clusterPlace } from '../places/cluster.ts';
import type { Place } from '../places/place.ts';
import { openFolderSide } from '../sync/folder/folder-side.ts';
import type { PlaceSide } from '../sync/side.ts';
import { setEnabled } from './set-enabled.ts';

/** The place, where somebody else is at work between what is read and what is written. */
const interrupted = (place: Place, work: () => Promise<unknown>): Place => {
  const { manifests } = place;
  if (!manifests) throw new Error('nothing to change there');
  const list: PlaceSide['list'] = async (namespaces) => {
    const entries = await manifests.list(namespaces);
    await work();
    return entries;
  };
  return { ...place, manifests: { ...manifests, list } };
};

describe('on a cluster', () => {
  let team: TestNamespace;
  let place: Place;
  beforeAll(async () => {
    team = await testNamespace();
    place = clusterPlace({ kubeconfig: team.server.kubeconfig, namespace: team.name });
  }, API_SERVER_TIMEOUT_MS);
  afterAll(async () => {
    await place?.close();
    await team?.[Symbol.asyncDispose]();
  });

  type Server = KubernetesObject & { readonly spec: Readonly<Record<string, unknown>> };
  const path = (name?: string): string => pathOf(MCP_SERVERS, team.name, name);
  const get = async (name: string): Promise<Server> => team.api.request<Server>({ path: path(name) });
  const patch = async (name: string, body: object, subresource = '') =>
    team.api.request({
      method: 'PATCH',
      path: path(name) + subresource,
      contentType: 'application/merge-patch+json',
      body,
    });
  const make = async (name: string, metadata: object = {}) => {
    const { apiVersion, kind } = MCP_SERVERS;
    const body = { apiVersion, kind, metadata: { name, ...metadata }, spec: { image: 'example/x:1', port: 1000 } };
    return team.api.request({ method: 'POST', path: path(), body });
  };

  test('a server is switched off and on, and who switches twice changes nothing', async () => {
    await make('twice', { labels: { team: 'a' } });
    const server = `${team.name}/twice`;
    expect(await setEnabled(place, 'twice', true)).toEqual({ server, enabled: true, changed: false });
    expect(await setEnabled(place, 'twice', false)).toEqual({ server, enabled: false, changed: true });
    const off = await get('twice');
    expect([off.spec, off.metadata.labels]).toMatchObject([{ enabled: false, port: 1000 }, { team: 'a' }]);
    expect(await setEnabled(place, server, false)).toMatchObject({ changed: false });
    expect((await get('twice')).metadata.resourceVersion).toBe(off.metadata.resourceVersion);
    await setEnabled(place, 'twice', true);
    expect((await get('twice')).spec['enabled']).toBe(true);
  });

  test.each([
    ['comes with the chart', { labels: { 'mooring.dev/bundled': 'true' } }],
    [
      'belongs to Parent p',
      { ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'Parent', name: 'p', uid: '1', controller: true }] },
    ],
  ])('one that %s is switched where it comes from', async (why, metadata) => {
    const name = why.replaceAll(/\W/g, '-').toLowerCase();
    await make(name, metadata);
    await expect(setEnabled(place, name, false)).rejects.toMatchObject({
      code: 'held',
      message: expect.stringContaining(why),
    });
    // What is so already needs no change.
    expect(await setEnabled(place, name, true)).toMatchObject({ changed: false });
    expect((await get(name)).spec['enabled']).not.toBe(false);
  });

  test('an edit of somebody who was faster stays, and a write of the status is none', async () => {
    await make('busy');
    const edited = interrupted(place, async () => patch('busy', { spec: { port: 1001 } }));
    await expect(setEnabled(edited, 'busy', false)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect((await get('busy')).spec).toMatchObject({ port: 1001, enabled: true });
    const status = { status: { observedGeneration: 7, conditions: [] } };
    await setEnabled(
      interrupted(place, async () => patch('busy', status, '/status')),
      'busy',
      false,
    );
    expect((await get('busy')).spec).toMatchObject({ port: 1001, enabled: false });
  });

  test('one that goes meanwhile is not made again', async () => {
    await make('gone');
    const removed = interrupted(place, async () => team.api.request({ method: 'DELETE', path: path('gone') }));
    await expect(setEnabled(removed, 'gone', false)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    await expect(get('gone')).rejects.toMatchObject({ status: 404 });
    await expect(setEnabled(place, 'gone', false)).rejects.toMatchObject({ code: 'unknown_server' });
  });
});

describe('in files', () => {
  const TEXT = `# mine
apiVersion: mooring.dev/v1alpha1
kind: McpServer
metadata: { name: notes } # short
spec:
  binary: notes-server
`;

  /** A place whose servers are those of this text. */
  async function placeOf(text: string): Promise<{ place: Place; file: string }> {
    const file = join(await temporaryFolder(), 'notes.yaml');
    await writeFile(file, text);
    const side = openFolderSide({ label: 'it', paths: [file], namespace: 'default' });
    const unused = async (): Promise<never> => Promise.reject(new Error('not asked for'));
    const place: Place = {
      kind: 'laptop',
      label: 'it',
      namespace: undefined,
      list: async () => ({ servers: (await side.list(undefined)).map(({ manifest }) => manifest), problems: [] }),
      access: unused,
      manifests: { ...side, namespace: 'default', identity: unused, mark: unused },
      close: async () => {},
    };
    return { place, file };
  }

  test('one word is added, and every other stays', async () => {
    const { place, file } = await placeOf(TEXT);
    await setEnabled(place, 'notes', false);
    expect(await readFile(file, 'utf8')).toBe(`${TEXT}  enabled: false\n`);
    await setEnabled(place, 'notes', true);
    expect(await readFile(file, 'utf8')).toBe(`${TEXT}  enabled: true\n`);
  });

  test('an edit of somebody who was faster stays', async () => {
    const { place, file } = await placeOf(TEXT);
    const other = TEXT.replace('notes-server', 'other-server');
    const edited = interrupted(place, async () => writeFile(file, other));
    await expect(setEnabled(edited, 'notes', false)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(await readFile(file, 'utf8')).toBe(other);
  });
});
