import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { qualifiedName } from '../mcpserver.ts';
import type { Problem } from '../problem.ts';
import { manifestText } from '../testing/manifest-text.ts';
import { createDirectorySource, type DirectorySource, type DirectorySourceOptions } from './directory.ts';

/** Shorter than the real times, but long enough for a busy machine. */
const FAST = { debounce: 10, rescan: 100, change: 8, loss: 150 };
/** Longer than anything takes to take effect with these times. */
const SETTLED = 400;

let folder: string;
const sources: DirectorySource[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-folder-'));
});

afterEach(async () => {
  await Promise.all(sources.splice(0).map((source) => source.close()));
  await rm(folder, { recursive: true, force: true });
});

const path = (name: string): string => join(folder, name);
const write = (name: string, ...documents: string[]): Promise<void> =>
  writeFile(
    path(name),
    documents.map((document) => (document.includes(':') ? document : manifestText(document))).join('---\n'),
  );

async function follow(options: DirectorySourceOptions = { timing: FAST }, folders = [folder]) {
  const source = await createDirectorySource(folders, options);
  sources.push(source);
  const changes: string[] = [];
  source.onChange((uid) => changes.push(uid));
  return { source, changes };
}

const shown = (source: DirectorySource): string[] =>
  source
    .list()
    .map(
      (server) =>
        `${qualifiedName(server)}=${server.spec.binary}${source.problemOf(server.metadata.uid).length > 0 ? ' (kept)' : ''}`,
    )
    .sort();

const becomes = (source: DirectorySource, expected: readonly string[], timeout = 2000): Promise<void> =>
  vi.waitFor(() => expect(shown(source)).toEqual(expected), { timeout, interval: 5 });

test('what is there at the start is there at once, with one time of creation', async () => {
  await write('b.yaml', 'b', manifestText('c', { binary: 'other' }));
  await write('a.yml', 'a');
  await write('notes.txt', 'ignored');
  await write('.hidden.yaml', 'ignored');
  await mkdir(path('sub.yaml'));
  await writeFile(path('sub.yaml/d.yaml'), manifestText('ignored'));
  const { source } = await follow();
  expect(shown(source)).toEqual(['default/a=notes-server', 'default/b=notes-server', 'default/c=other']);
  expect(source.problems()).toEqual([]);
  expect(new Set(source.list().map(({ metadata }) => metadata.creationTimestamp)).size).toBe(1);
  for (const server of source.list()) expect(source.get(server.metadata.uid)).toBe(server);
});

describe('with its real times, within a second', () => {
  const REAL: DirectorySourceOptions = {};

  test('a file is added, edited, broken, repaired and deleted', async () => {
    const { source, changes } = await follow(REAL);
    await write('a.yaml', 'a');
    await becomes(source, ['default/a=notes-server'], 1000);
    await write('a.yaml', manifestText('a', { binary: 'edited' }));
    await becomes(source, ['default/a=edited'], 1000);
    await write('a.yaml', manifestText('a', { binary: 'no good' }));
    await becomes(source, ['default/a=edited (kept)'], 1000);
    await write('a.yaml', manifestText('a', { binary: 'repaired' }));
    await becomes(source, ['default/a=repaired'], 1000);
    await unlink(path('a.yaml'));
    await becomes(source, [], 1000);
    expect(changes).toHaveLength(5);
  });

  test('the same without events of the file system', async () => {
    // Of a folder that was made after the start no watch tells; only the look from time to time does.
    const late = path('late');
    const { source } = await follow(REAL, [join(late, 'a.yaml')]);
    await mkdir(late);
    await writeFile(join(late, 'a.yaml'), manifestText('a'));
    await becomes(source, ['default/a=notes-server'], 1000);
    expect(source.problems()).toEqual([]);
    await rm(late, { recursive: true });
    await becomes(source, [], 1000);
    expect(source.problems()).toHaveLength(1);
  });
});

test('events tell of changes long before the next look is due', async () => {
  await write('a.yaml', 'a');
  const { source } = await follow({ timing: { ...FAST, rescan: 60_000 } });
  await write('a.yaml', manifestText('a', { binary: 'edited' }));
  await becomes(source, ['default/a=edited']);
  await write('b.yaml', 'b');
  await becomes(source, ['default/a=edited', 'default/b=notes-server']);
  expect(source.problems()).toEqual([]);
});

describe('an invalid edit', () => {
  test('keeps the last good state, says why, and touches no other file', async () => {
    await write('a.yaml', 'a');
    await write('b.yaml', 'b');
    const { source, changes } = await follow();
    const [a, b] = source.list();
    await write('a.yaml', manifestText('a', { binary: 'x', port: 0 }));
    await becomes(source, ['default/a=notes-server (kept)', 'default/b=notes-server']);
    expect(source.problemOf(a?.metadata.uid ?? '')).toMatchObject([
      { file: path('a.yaml'), line: 7, path: 'spec.port' },
    ]);
    expect(source.problems()).toEqual(source.problemOf(a?.metadata.uid ?? ''));
    expect(source.get(a?.metadata.uid ?? '')).toBe(a);
    expect(source.get(b?.metadata.uid ?? '')).toBe(b);
    expect(changes).toEqual([a?.metadata.uid]);
  });

  test('is told once to the log, and to listeners until they leave', async () => {
    const logged: Problem[] = [];
    const { source } = await follow({ timing: FAST, onProblem: (problem) => logged.push(problem) });
    const told: number[] = [];
    const stop = source.onProblems((problems) => told.push(problems.length));
    await write('a.yaml', 'bad: 1\n', manifestText('b', { binary: 'x', port: 0 }));
    await vi.waitFor(() => expect(source.problems().length).toBeGreaterThan(1), { interval: 5 });
    await sleep(SETTLED);
    expect(logged).toEqual(source.problems());
    await write('a.yaml', 'b');
    await becomes(source, ['default/b=notes-server']);
    expect(told).toEqual([logged.length, 0]);
    stop();
    await write('a.yaml', 'bad: 1\n');
    await becomes(source, ['default/b=notes-server (kept)']);
    expect(told).toHaveLength(2);
  });

  test('from the start hides no good document, of this file or another', async () => {
    await write('a.yaml', 'bad: 1\n', 'a');
    await writeFile(path('b.yaml'), Buffer.from([0x61, 0xff, 0xfe]));
    await writeFile(path('c.yaml'), 'x'.repeat(1024 * 1024 + 1));
    await write('d.yaml', 'd');
    const { source } = await follow();
    expect(shown(source)).toEqual(['default/a=notes-server', 'default/d=notes-server']);
    expect(source.problems().map(({ file, message }) => [file, message])).toEqual(
      expect.arrayContaining([
        [path('b.yaml'), 'is not UTF-8 text'],
        [path('c.yaml'), 'is larger than 1 MiB'],
      ]),
    );
  });
});

describe('ways to save a file', () => {
  test.each<[string, (whole: string) => Promise<void>]>([
    [
      'through a temporary file',
      async (whole) => {
        await writeFile(path('.a.yaml.swp'), whole);
        await rename(path('.a.yaml.swp'), path('a.yaml'));
      },
    ],
    [
      'with a backup of the old one',
      async (whole) => {
        await rename(path('a.yaml'), path('a.yaml~'));
        await sleep(20);
        await writeFile(path('a.yaml'), whole);
      },
    ],
    [
      'in two halves',
      async (whole) => {
        await truncate(path('a.yaml'));
        await sleep(20);
        await appendFile(path('a.yaml'), whole.slice(0, 60));
        await sleep(20);
        await appendFile(path('a.yaml'), whole.slice(60));
      },
    ],
  ])('%s: the edit is one change', async (_, save) => {
    await write('a.yaml', 'a', 'b');
    const { source, changes } = await follow();
    const before = source.list();
    await save(`${manifestText('a', { binary: 'edited' })}---\n${manifestText('b')}`);
    await becomes(source, ['default/a=edited', 'default/b=notes-server']);
    await sleep(SETTLED);
    expect(changes).toEqual([before[0]?.metadata.uid]);
    expect(source.list().map(({ metadata }) => metadata.generation)).toEqual([2, 1]);
  });

  test('again with the same content, or under another name: no change', async () => {
    await write('a.yaml', 'a', 'b');
    const { source, changes } = await follow();
    const before = source.list();
    await write('a.yaml', 'a', 'b');
    await sleep(SETTLED);
    expect(source.list()).toEqual(before);
    await rename(path('a.yaml'), path('z.yaml'));
    await vi.waitFor(() => expect(source.list()[0]?.origin?.file).toBe(path('z.yaml')), { interval: 5 });
    await sleep(SETTLED);
    expect(changes).toEqual([]);
    expect(source.list().map(({ metadata }) => metadata)).toEqual(before.map(({ metadata }) => metadata));
  });
});

describe('folders', () => {
  test('one that is not there is told of, and followed when it is there', async () => {
    const late = path('late');
    const { source } = await follow({ timing: FAST }, [late]);
    expect(source.problems()).toMatchObject([{ file: late, message: 'is not there' }]);
    await mkdir(late);
    await writeFile(join(late, 'a.yaml'), manifestText('a'));
    await becomes(source, ['default/a=notes-server']);
    expect(source.problems()).toEqual([]);
  });

  test('one that is deleted loses its servers; made again, it is followed again', async () => {
    const inner = path('inner');
    await mkdir(inner);
    await writeFile(join(inner, 'a.yaml'), manifestText('a'));
    const { source } = await follow({ timing: FAST }, [inner]);
    await rm(inner, { recursive: true });
    await becomes(source, []);
    await mkdir(inner);
    await writeFile(join(inner, 'a.yaml'), manifestText('b'));
    await becomes(source, ['default/b=notes-server']);
    await writeFile(join(inner, 'a.yaml'), manifestText('b', { binary: 'edited' }));
    await becomes(source, ['default/b=edited']);
    expect(source.problems()).toEqual([]);
  });

  test('a ConfigMap mount switches all files at once', async () => {
    await mkdir(path('..1'));
    await mkdir(path('..2'));
    await writeFile(path('..1/a.yaml'), manifestText('a'));
    await writeFile(path('..2/a.yaml'), manifestText('a', { binary: 'edited' }));
    await symlink('..1', path('..data'));
    await symlink(join('..data', 'a.yaml'), path('a.yaml'));
    const { source, changes } = await follow();
    expect(shown(source)).toEqual(['default/a=notes-server']);
    await symlink('..2', path('..data_tmp'));
    await rename(path('..data_tmp'), path('..data'));
    await becomes(source, ['default/a=edited']);
    expect(changes).toHaveLength(1);
  });

  test('several, and single files whatever their name; a file that is given twice is read once', async () => {
    await mkdir(path('one'));
    await mkdir(path('two'));
    await writeFile(path('one/a.yaml'), manifestText('a'));
    await writeFile(path('two/b'), manifestText('b'));
    const { source } = await follow({ timing: FAST }, [`${path('one')}/`, path('two/b'), path('one/a.yaml')]);
    expect(shown(source)).toEqual(['default/a=notes-server', 'default/b=notes-server']);
    await writeFile(path('two/b'), manifestText('b', { binary: 'edited' }));
    await becomes(source, ['default/a=notes-server', 'default/b=edited']);
  });

  test('links that lead nowhere and what is no file are passed over', async () => {
    await symlink('nowhere', path('.#a.yaml'));
    await symlink('nowhere', path('b.yaml'));
    await write('a.yaml', 'a');
    const { source } = await follow();
    expect([shown(source), source.problems()]).toEqual([['default/a=notes-server'], []]);
  });

  test('what can no longer be read keeps its servers', async () => {
    const inner = path('inner');
    await mkdir(inner);
    await writeFile(join(inner, 'a.yaml'), manifestText('a'));
    await writeFile(join(inner, 'b.yaml'), manifestText('b'));
    const { source } = await follow({ timing: FAST }, [inner]);
    // A link to itself is an error for root, too.
    await unlink(join(inner, 'a.yaml'));
    await symlink('a.yaml', join(inner, 'a.yaml'));
    await becomes(source, ['default/a=notes-server (kept)', 'default/b=notes-server']);
    expect(source.problems()).toMatchObject([{ file: join(inner, 'a.yaml'), message: 'cannot be read (ELOOP)' }]);
    await rename(inner, path('elsewhere'));
    await symlink('inner', inner);
    await becomes(source, ['default/a=notes-server (kept)', 'default/b=notes-server (kept)']);
    expect(source.problems()[0]).toMatchObject({ file: inner, message: 'cannot be read (ELOOP)' });
  });
});

describe('two documents with one name', () => {
  test('are two servers; the other becomes the owner when the owner goes', async () => {
    await write('b.yaml', manifestText('notes', { binary: 'b' }));
    const { source, changes } = await follow();
    const owner = source.list()[0]?.metadata.uid ?? '';
    await write('a.yaml', manifestText('notes', { binary: 'a' }));
    await becomes(source, ['default/notes=a', 'default/notes=b']);
    expect(source.get(owner)?.spec.binary).toBe('b');
    expect(changes).not.toContain(owner);
    await unlink(path('b.yaml'));
    await becomes(source, ['default/notes=a']);
    expect(source.list()[0]?.metadata.uid).toBe(owner);
  });
});

describe('a status', () => {
  const STATUS = { conditions: [], url: 'http://localhost:8080/api/v1/mcp/a/mcp' };

  test('is kept, frozen, and told once', async () => {
    await write('a.yaml', 'a');
    const { source, changes } = await follow();
    const uid = source.list()[0]?.metadata.uid ?? '';
    await source.writeStatus(uid, STATUS);
    await source.writeStatus(uid, structuredClone(STATUS));
    await source.writeStatus('nobody', STATUS);
    expect(changes).toEqual([uid]);
    expect(source.get(uid)).toMatchObject({ status: STATUS, metadata: { generation: 1, resourceVersion: '2' } });
    expect(Object.isFrozen(source.get(uid)?.status)).toBe(true);
    expect(Object.isFrozen(STATUS)).toBe(false);
    await write('a.yaml', manifestText('a', { binary: 'edited' }));
    await becomes(source, ['default/a=edited']);
    expect(source.get(uid)).toMatchObject({ status: STATUS, metadata: { generation: 2, resourceVersion: '3' } });
  });

  test('that a cluster would refuse is refused', async () => {
    await write('a.yaml', 'a');
    const { source } = await follow();
    const uid = source.list()[0]?.metadata.uid ?? '';
    await expect(source.writeStatus(uid, { ...STATUS, url: 'x'.repeat(2049) })).rejects.toThrow(/url/);
    expect(source.get(uid)?.status).toBeUndefined();
  });
});

test('after close nothing is followed, and what was read stays readable', async () => {
  await write('a.yaml', 'a');
  const { source, changes } = await follow();
  await source.close();
  await write('a.yaml', manifestText('a', { binary: 'edited' }));
  await sleep(SETTLED);
  expect([shown(source), changes]).toEqual([['default/a=notes-server'], []]);
});

test('random operations on files lead to what a fresh start finds', async () => {
  const name = fc.constantFrom('a.yaml', 'b.yaml', 'c.yaml');
  const document = fc.constantFrom('x', 'y', 'bad: 1\n', manifestText('x', { binary: 'other' }));
  const operation = fc.oneof(
    fc
      .record({ name, documents: fc.array(document, { maxLength: 2 }) })
      .map((write_) => async () => write(write_.name, ...write_.documents)),
    fc.tuple(name, name).map(
      ([from, to]) =>
        async () =>
          rename(path(from), path(to)).catch(() => undefined),
    ),
    name.map((gone) => async () => rm(path(gone), { force: true })),
    fc.constantFrom(1, 15, 200).map((ms) => async () => sleep(ms)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 12 }), async (operations) => {
      const { source } = await follow();
      for (const run of operations) await run();
      await sleep(SETTLED);
      const { source: fresh } = await follow();
      expect(shown(source).filter((line) => !line.endsWith('(kept)'))).toEqual(shown(fresh));
      expect(source.problems()).toEqual(fresh.problems());
    }),
    { numRuns: 6 },
  );
});
