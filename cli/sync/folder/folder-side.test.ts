import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { McpServerManifest } from '../../../crds/mcpserver.ts';
import { manifestText } from '../../../crds/testing/manifest-text.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { digestOf } from '../digest.ts';
import type { Edit, Entry, Side } from '../side.ts';
import { openFolderSide } from './folder-side.ts';

let folder: string;
let side: Side;

beforeEach(async () => {
  folder = await temporaryFolder();
  side = openFolderSide({ label: 'the folder', paths: [folder], namespace: 'team' });
});

const write = async (file: string, text: string): Promise<void> => writeFile(join(folder, file), text);
const read = async (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
const names = async (): Promise<string[]> => (await readdir(folder)).toSorted();

async function entryOf(name: string): Promise<Entry> {
  const entry = (await side.list(undefined)).find(({ manifest }) => manifest.metadata.name === name);
  if (!entry) throw new Error(`no ${name}`);
  return entry;
}

const editTo = ({ manifest, isScaled }: Entry, spec: object | undefined): Edit => {
  const wanted = spec && McpServerManifest.parse({ ...manifest, spec: { ...manifest.spec, ...spec } });
  return {
    namespace: manifest.metadata.namespace,
    name: manifest.metadata.name,
    expected: digestOf(manifest, isScaled),
    wanted: wanted && { manifest: wanted, digest: digestOf(wanted, isScaled) },
  };
};

const creation = (name: string, text?: string): Edit => {
  const manifest = McpServerManifest.parse({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name, namespace: 'team' },
    spec: { binary: 'x', port: 1234 },
  });
  return { namespace: 'team', name, expected: undefined, wanted: { manifest, digest: digestOf(manifest, true), text } };
};

const SEVERAL = `# all of ours
apiVersion: v1
kind: ConfigMap
metadata: {name: not-ours}
---
# the first
apiVersion: mooring.dev/v1alpha1
kind: McpServer
metadata:
  name: one # one
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{}'
spec:
  binary:  "x"

  port: 1 # why
--- # the second
apiVersion: mooring.dev/v1alpha1
kind: McpServer
metadata: {name: two, namespace: other}
spec: {binary: y}
`;

describe('a file of several documents', () => {
  beforeEach(async () => write('all.yaml', SEVERAL));

  test('is read with names, namespaces and lines, and other kinds are not ours', async () => {
    const entries = await side.list(undefined);
    expect(entries.map(({ manifest: { metadata } }) => metadata)).toEqual([
      { name: 'one', namespace: 'team' },
      { name: 'two', namespace: 'other' },
    ]);
    expect(entries.map(({ origin }) => origin?.line)).toEqual([7, 18]);
  });

  test('an edit changes one value and no other byte', async () => {
    await side.apply(editTo(await entryOf('one'), { port: 2 }), { dryRun: false });
    expect(await read('all.yaml')).toBe(SEVERAL.replace('port: 1 #', 'port: 2 #'));
  });

  test('a deletion takes its document only, and the file goes with the last one', async () => {
    await side.apply(editTo(await entryOf('two'), undefined), { dryRun: false });
    expect(await read('all.yaml')).toBe(SEVERAL.split('--- # the second')[0]);
    await write('alone.yaml', manifestText('alone'));
    await side.apply(editTo(await entryOf('alone'), undefined), { dryRun: false });
    expect(await names()).toEqual(['all.yaml']);
  });

  test('what changed since it was seen is not written', async () => {
    const edit = editTo(await entryOf('one'), { port: 2 });
    await write('all.yaml', SEVERAL.replace('port: 1 ', 'port: 3 '));
    for (const dryRun of [true, false])
      await expect(side.apply(edit, { dryRun })).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(await read('all.yaml')).toContain('port: 3 ');
  });

  test('a trial writes nothing', async () => {
    const { ctimeMs, ino } = await stat(join(folder, 'all.yaml'));
    await side.apply(editTo(await entryOf('one'), { port: 2 }), { dryRun: true });
    await side.apply(editTo(await entryOf('two'), undefined), { dryRun: true });
    await side.apply(creation('new'), { dryRun: true });
    expect(await stat(join(folder, 'all.yaml'))).toMatchObject({ ctimeMs, ino });
    expect(await names()).toEqual(['all.yaml']);
  });
});

test('a new server gets a file of its own name, and takes no other file', async () => {
  await write('new.yaml', '# notes of somebody\n');
  await side.apply(creation('new'), { dryRun: false });
  expect(await read('new.yaml')).toBe('# notes of somebody\n');
  expect(await read('team.new.yaml')).toBe(
    'apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata:\n  name: new\n  namespace: team\nspec:\n  binary: x\n  port: 1234\n',
  );
  expect(await names()).toEqual(['new.yaml', 'team.new.yaml']);
});

test('a new server that comes from a file brings its comments', async () => {
  const text =
    '---\n# mine\napiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: {name: new, namespace: team}\nspec:\n  binary: x # x\n  port: 1234\n';
  await side.apply(creation('new', text), { dryRun: false });
  expect(await read('new.yaml')).toBe(text.replace('---\n', ''));
});

test('a folder that is not there is empty, and is made for the first server', async () => {
  folder = join(folder, 'a', 'b');
  side = openFolderSide({ label: 'the folder', paths: [folder], namespace: 'team' });
  expect(await side.list(undefined)).toEqual([]);
  await side.apply(creation('new'), { dryRun: false });
  expect(await names()).toEqual(['new.yaml']);
});

test('where only a file is followed, a new server becomes a document of it', async () => {
  await write('only.yaml', '# nothing yet');
  side = openFolderSide({ label: 'the file', paths: [join(folder, 'only.yaml')], namespace: 'team' });
  await side.apply(creation('new'), { dryRun: false });
  expect(await read('only.yaml')).toMatch(/^# nothing yet\n---\napiVersion/);
  expect((await side.list(undefined)).map(({ manifest }) => manifest.metadata.name)).toEqual(['new']);
});

test('a link stays a link, and permissions stay', async () => {
  await mkdir(join(folder, 'shared'));
  await write('shared/real.yaml', manifestText('notes', { binary: 'x', port: 1 }));
  await chmod(join(folder, 'shared/real.yaml'), 0o640);
  await symlink('shared/real.yaml', join(folder, 'notes.yaml'));
  await side.apply(editTo(await entryOf('notes'), { port: 2 }), { dryRun: false });
  expect(await read('shared/real.yaml')).toContain('port: 2');
  expect((await stat(join(folder, 'shared/real.yaml'))).mode & 0o777).toBe(0o640);
  expect(await readdir(join(folder, 'shared'))).toEqual(['real.yaml']);
});

test('replicas that the file says nothing of stay out of it', async () => {
  await write('a.yaml', manifestText('a', { binary: 'x' }));
  const entry = await entryOf('a');
  expect(entry.isScaled).toBe(false);
  await side.apply(editTo(entry, { port: 2, replicas: 7 }), { dryRun: false });
  expect(await read('a.yaml')).not.toContain('replicas');
});

test.each([
  ['broken YAML', { 'a.yaml': 'kind: [' }, 'invalid_manifests'],
  ['a manifest that is not valid', { 'a.yaml': manifestText('a', { binary: 'x', port: 0 }) }, 'invalid_manifests'],
  ['a server that is there twice', { 'a.yaml': manifestText('a'), 'b.yaml': manifestText('a') }, 'duplicate_server'],
])('%s is told before anything is done', async (_, files, code) => {
  for (const [name, text] of Object.entries(files)) await write(name, text);
  await expect(side.list(undefined)).rejects.toMatchObject({ code });
});

test('what cannot be changed without changing more is left to the person', async () => {
  await write(
    'a.yaml',
    'apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: {name: &n a}\nspec: {binary: *n, title: &t x, description: *t}\n',
  );
  const edit = editTo(await entryOf('a'), { title: 'y' });
  await expect(side.apply(edit, { dryRun: true })).rejects.toMatchObject({
    code: 'cannot_edit',
    message: expect.stringContaining('a.yaml:1'),
  });
});
