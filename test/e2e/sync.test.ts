import fc from 'fast-check';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import { API_SERVER_TIMEOUT_MS, testApiServer, testNamespace, type TestNamespace } from '../support/api-server.ts';
import { manifestPerson, type ManifestPerson } from '../support/manifest-person.ts';
import { run, startMooring, type RunningMooring } from '../support/mooring.ts';
import { onTerminal } from '../support/on-terminal.ts';
import { shapeOf } from '../support/shape-of.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MOORING = join(ROOT, 'bin', 'mooring');

type Place = Pick<ManifestPerson, 'look' | 'put'>;
type Content = number | undefined;

interface Sync {
  readonly direction: 'to place' | 'to folder';
  readonly prune: boolean;
  readonly killAt?: number | undefined;
}

interface Shown {
  readonly servers: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly action: string;
    readonly done: boolean;
  }[];
}

/** A folder and a real place, between which a real `mooring sync` runs. */
interface World {
  readonly folder: ManifestPerson;
  readonly place: Place;
  /** Undefined where it was killed. */
  sync(run: Sync): Promise<Shown | undefined>;
  readonly keys: readonly string[];
}

const edit = fc.record({
  key: fc.nat(2),
  content: fc.constantFrom(undefined, 1001, 1002, 1003),
  side: fc.constantFrom('folder' as const, 'folder' as const, 'place' as const),
});
/** People edit, and then a sync begins. It has about ten steps for each server that it writes. */
const round = fc.record({
  edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
  sync: fc.record({
    direction: fc.constantFrom('to place' as const, 'to folder' as const),
    prune: fc.boolean(),
    killAt: fc.option(fc.nat(25), { nil: undefined, freq: 5 }),
  }),
});
const story = fc.array(round, { minLength: 2, maxLength: 4 });

/** What the model of cli/sync does in memory, with what is real. What a sync took away is seen by looking before and after. */
async function expectNothingLost(
  world: World,
  rounds: typeof story extends fc.Arbitrary<infer Rounds> ? Rounds : never,
): Promise<void> {
  const mayGo = new Map<string, Set<Content>>();
  const sync = async (wanted: Sync): Promise<Shown | undefined> => {
    const before = { folder: await world.folder.look(), place: await world.place.look() };
    const shown = await world.sync(wanted);
    const after = { folder: await world.folder.look(), place: await world.place.look() };
    for (const key of world.keys) {
      for (const side of ['folder', 'place'] as const) {
        const [was, is] = [before[side].get(key), after[side].get(key)];
        if (was === is) continue;
        expect(
          was === undefined || mayGo.get(key)?.has(was),
          `${was} of ${key} was written by a person into the ${side}`,
        ).toBe(true);
        mayGo.set(key, new Set([is]));
      }
      const [one, other] = [before.folder.get(key), before.place.get(key)];
      if (one === other) mayGo.set(key, shown ? new Set([one]) : new Set([one, ...(mayGo.get(key) ?? [])]));
    }
    const text = await world.folder.text();
    for (const comment of await world.folder.comments()) expect(text).toContain(comment);
    return shown;
  };

  for (const key of world.keys) await world.folder.put(key, 1000);
  await sync({ direction: 'to place', prune: true });
  for (const { edits, sync: wanted } of rounds) {
    for (const { side, key, content } of edits) await world[side].put(world.keys[key] ?? '', content);
    await sync(wanted);
  }
  await sync({ direction: 'to place', prune: true });
  await sync({ direction: 'to folder', prune: true });
  const last = [
    await sync({ direction: 'to place', prune: true }),
    await sync({ direction: 'to folder', prune: true }),
  ];
  const shown = last.flatMap((result) => result?.servers ?? []);
  expect(
    shown.filter(({ done }) => done),
    'a sync of what is in sync writes nothing',
  ).toEqual([]);
  const conflicts = new Set(
    shown.filter(({ action }) => action === 'conflict').map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const [folder, place] = [await world.folder.look(), await world.place.look()];
  for (const key of world.keys)
    expect(folder.get(key) === place.get(key) || conflicts.has(key), `${key} differs and nobody is told`).toBe(true);
}

async function syncOf(
  folder: string,
  word: string,
  flags: readonly string[],
  { direction: way, prune, killAt }: Sync,
): Promise<Shown | undefined> {
  const [from, to] = way === 'to place' ? [folder, word] : [word, folder];
  const killer = `--import ${join(ROOT, 'test/support/kill-at.ts')}`;
  const env = { ...process.env, ...(killAt !== undefined && { NODE_OPTIONS: killer, KILL_AT: String(killAt) }) };
  const args = ['sync', '--from', from, '--to', to, '-y', '-o', 'json', ...(prune ? ['--prune'] : []), ...flags];
  const { code, stdout, stderr } = await run(MOORING, args, { env });
  if (stdout === '' && killAt !== undefined && stderr === '') return undefined;
  if (stdout === '') throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Shown;
}

const TIMEOUT_MS = 600_000;
const RUNS = { numRuns: 3, endOnFailure: true };

describe('with a laptop', () => {
  let mooring: RunningMooring;
  beforeAll(async () => {
    mooring = await startMooring({ manifests: {} });
  });
  afterAll(async () => mooring?.[Symbol.asyncDispose]());

  test(
    'whatever is edited and wherever it is killed: nothing is lost, no comment either, and it ends equal or with a conflict shown',
    async () => {
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(story, async (rounds) => {
          const folder = await temporaryFolder();
          runs += 1;
          const keys = ['a', 'b', 'c'].map((name) => `${name === 'c' ? 'team' : 'default'}/${name}${'x'.repeat(runs)}`);
          await expectNothingLost(
            {
              folder: manifestPerson(folder),
              place: manifestPerson(mooring.manifests),
              sync: async (wanted) => syncOf(folder, 'local', ['--home', mooring.home], wanted),
              keys,
            },
            rounds,
          );
          for (const key of keys) await manifestPerson(mooring.manifests).put(key, undefined);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});

describe('the commands', () => {
  let mooring: RunningMooring;
  let folder: string;
  const SPEC =
    'spec: {binary: not-started, enabled: false, port: 1000, env: [{name: API_TOKEN, value: hunter2hunter2}]}';
  const MANIFEST = `# mine\napiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: {name: notes}\n${SPEC}\n`;
  beforeAll(async () => {
    mooring = await startMooring({ manifests: {} });
  });
  afterAll(async () => mooring?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    folder = await temporaryFolder();
    for (const name of await readdir(mooring.manifests)) await rm(join(mooring.manifests, name));
    await writeFile(join(folder, 'a.yaml'), MANIFEST);
  });

  const cli = async (...args: string[]) =>
    run(MOORING, args, { env: { ...process.env, MOORING_HOME: mooring.home, KUBECONFIG: undefined } });
  const ends = (): string[] => ['--from', folder, '--to', 'local'];

  /** Runs it on a terminal, and answers when it asks. */
  const typed = async (answer: string) =>
    onTerminal([MOORING, 'sync', ...ends()], {
      env: { ...process.env, MOORING_HOME: mooring.home },
      answer: { to: '[y/N]', text: `${answer}\n` },
    });

  test('diff ends with 1 where there are differences and 0 where there are none, and changes nothing', async () => {
    const before = await cli('diff', ...ends());
    expect(before).toMatchObject({ code: 1, stderr: '', stdout: '+ create default/notes\n1 to create.\n' });
    expect(await readdir(mooring.manifests)).toEqual([]);
    expect(await readdir(folder)).toEqual(['a.yaml']);
    expect(await cli('sync', ...ends(), '-y')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: '+ create default/notes\n1 created.\n',
    });
    expect(await cli('diff', ...ends())).toMatchObject({ code: 0, stdout: 'No differences: 1 unchanged.\n' });
    expect(await cli('sync', ...ends(), '-y')).toMatchObject({
      code: 0,
      stdout: 'In sync, nothing to do: 1 unchanged.\n',
    });
    expect(await readFile(join(mooring.manifests, 'notes.yaml'), 'utf8')).toBe(MANIFEST);
  });

  test('a change is told in words, with secrets masked; a conflict ends with 1 and says what to do', async () => {
    await cli('sync', ...ends(), '-y');
    await writeFile(join(folder, 'a.yaml'), MANIFEST.replace('1000', '1001').replace('hunter2h', 'other-hunter2h'));
    const { stdout } = await cli('diff', ...ends());
    expect(stdout).toContain('~ change default/notes\n      spec.port: 1000 → 1001\n');
    expect(stdout).toContain('spec.env[API_TOKEN].value: *** → ***');
    expect(stdout).not.toContain('hunter2');
    await writeFile(join(mooring.manifests, 'notes.yaml'), MANIFEST.replace('1000', '1002'));
    const conflict = await cli('sync', ...ends(), '-y');
    expect(conflict).toMatchObject({ code: 1, stderr: expect.stringContaining('(conflicts,') });
    expect(conflict.stdout).toMatch(/^! conflict default\/notes: edited in \S+ and in local since the last sync: /);
    const { stdout: json } = await cli('sync', ...ends(), '--dry-run', '-o', 'json');
    expect(json).not.toContain('hunter2');
    expect(shapeOf(JSON.parse(json))).toMatchSnapshot();
  });

  test('on a terminal it asks first, and anything but yes is no', async () => {
    const no = await typed('n');
    expect(no).toMatchObject({ code: 1, shown: expect.stringContaining('create') });
    expect(no.shown).toContain('Nothing was changed.');
    expect(await readdir(mooring.manifests)).toEqual([]);
    const yes = await typed('y');
    expect(yes).toMatchObject({ code: 0, shown: expect.stringContaining('1 created.') });
    expect(await readdir(mooring.manifests)).toEqual(['notes.yaml']);
  });

  test.each<[string, string[], string]>([
    ['both are folders', ['sync', '--from', '.', '--to', './x', '-y'], 'cluster'],
    ['both are places', ['sync', '--from', 'local', '--to', 'cluster', '-y'], 'folder'],
    [
      'flags of another place',
      ['sync', '--from', '.', '--to', 'local', '-y', '-n', 'x', '--kubeconfig', 'none'],
      '--home',
    ],
  ])('it is called wrongly where %s', async (_, args, hint) => {
    const { code, stderr } = await cli(...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(hint) });
  });

  test('where something differs and nobody can be asked, it was called wrongly', async () => {
    const { code, stderr } = await cli('sync', ...ends());
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('-y') });
    expect(await readdir(mooring.manifests)).toEqual([]);
  });

  test('a folder that is not valid changes nothing, and the line is named', async () => {
    await writeFile(join(folder, 'b.yaml'), MANIFEST.replace('1000', '70000'));
    const { code, stderr } = await cli('sync', ...ends(), '-y');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/b\.yaml:5: spec\.port/) });
    expect(await readdir(mooring.manifests)).toEqual([]);
  });
});

describe('with a cluster', () => {
  let team: TestNamespace;
  beforeAll(async () => {
    await testApiServer();
    team = await testNamespace();
  }, API_SERVER_TIMEOUT_MS);
  afterAll(async () => team?.[Symbol.asyncDispose]());

  test(
    'whatever is edited and wherever it is killed: nothing is lost, no comment either, and it ends equal or with a conflict shown',
    async () => {
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(story, async (rounds) => {
          const folder = await temporaryFolder();
          runs += 1;
          const keys = ['a', 'b', 'c'].map((name) => `${team.name}/${name}${'x'.repeat(runs)}`);
          const place = clusterPerson(team);
          await expectNothingLost(
            {
              folder: manifestPerson(folder),
              place,
              sync: async (wanted) =>
                syncOf(folder, 'cluster', ['--kubeconfig', team.server.kubeconfig, '-n', team.name], wanted),
              keys,
            },
            rounds,
          );
          for (const key of keys) await place.put(key, undefined);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});

/** Somebody who edits with kubectl. */
function clusterPerson({ api, name: namespace }: TestNamespace): Place {
  const read = async (path: string) =>
    api
      .request({ path })
      .catch(async (error: unknown) =>
        error instanceof ApiError && error.status === 404 ? undefined : Promise.reject(error),
      );
  return {
    async look() {
      const { items } = await api.request<{ items: (KubernetesObject & { spec: { port: number } })[] }>({
        path: pathOf(MCP_SERVERS, namespace),
      });
      return new Map(items.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec.port]));
    },
    async put(key, port) {
      const name = key.split('/')[1] ?? '';
      const path = pathOf(MCP_SERVERS, namespace, name);
      const live = await read(path);
      if (port === undefined) {
        if (live) await api.request({ method: 'DELETE', path });
      } else if (live) {
        await api.request({
          method: 'PATCH',
          path,
          contentType: 'application/merge-patch+json',
          body: { spec: { port } },
        });
      } else {
        const { apiVersion, kind } = MCP_SERVERS;
        const body = { apiVersion, kind, metadata: { name }, spec: { binary: 'not-started', port, enabled: false } };
        await api.request({ method: 'POST', path: pathOf(MCP_SERVERS, namespace), body });
      }
    },
  };
}
