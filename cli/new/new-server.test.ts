import { access, constants, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseManifests } from '../../crds/validate.ts';
import { newServer } from './new-server.ts';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'mooring-new-'));
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(parent, { recursive: true, force: true });
});

const make = async (name: string, options: { language?: 'typescript' | 'python'; image?: string } = {}) =>
  newServer(name, { language: 'python', folder: join(parent, 'made'), ...options });

test.each(['Weather', '../weather', 'weather.v2', '-r', '', 'w'.repeat(64)])(
  'the name "%s" is refused and nothing is written',
  async (name) => {
    await expect(make(name)).rejects.toMatchObject({ code: 'usage' });
    expect(await readdir(parent)).toEqual([]);
  },
);

test('an image that a manifest cannot have is refused and nothing is written', async () => {
  await expect(make('weather', { image: 'x\n  enabled: false' })).rejects.toMatchObject({ code: 'usage' });
  expect(await readdir(parent)).toEqual([]);
});

test('a folder with something in it stays as it is', async () => {
  await mkdir(join(parent, 'made'));
  await writeFile(join(parent, 'made', 'mine.txt'), 'mine');
  await expect(make('weather')).rejects.toMatchObject({ code: 'folder_not_empty' });
  expect(await readdir(join(parent, 'made'))).toEqual(['mine.txt']);
});

test('an empty folder is filled and stays the same folder', async () => {
  const made = join(parent, 'made');
  await mkdir(made);
  const { ino } = await stat(made);
  await make('weather');
  expect((await stat(made)).ino).toBe(ino);
  expect((await readdir(made)).filter((name) => name.startsWith('.mooring'))).toEqual([]);
  expect(await readdir(made)).toContain('weather.yaml');
});

test('where a file is, no folder is made', async () => {
  await writeFile(join(parent, 'made'), 'mine');
  await expect(make('weather')).rejects.toMatchObject({ code: 'folder_unusable' });
});

test('what cannot be finished leaves nothing behind', async () => {
  vi.stubEnv('PATH', parent);
  await expect(make('weather', { language: 'typescript' })).rejects.toMatchObject({ code: 'not_packed' });
  expect(await readdir(parent)).toEqual([]);
});

test.each(['typescript', 'python'] as const)(
  'every file of the template of %s is written, filled in',
  async (language) => {
    await make('true', { language });
    const templates = await readdir(join(import.meta.dirname, 'templates', language));
    const made = join(parent, 'made');
    const files = (await readdir(made)).filter((name) => name !== 'vendor');
    expect(files).toHaveLength(templates.length);
    for (const file of files)
      expect(await readFile(join(made, file), 'utf8')).not.toMatch(
        /SERVER_NAME|SERVER_IMAGE|MOORING_TARBALL|VERSION_OF/,
      );
    // A name that YAML reads as something else than text where it is not quoted.
    const { manifests, problems } = parseManifests(await readFile(join(made, 'true.yaml'), 'utf8'), 'true.yaml');
    expect(problems).toEqual([]);
    const { metadata, spec } = manifests[0]?.manifest ?? {};
    expect(metadata?.name).toBe('true');
    expect(spec?.image).toBe('registry.example.com/true:0.1.0');
    await access(join(made, spec?.binary ?? ''), constants.X_OK);
  },
  // Mooring is packed for TypeScript, which takes a busy machine a minute.
  300_000,
);
