import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../test/support/mooring.ts';
import { shapeOf } from '../../test/support/shape-of.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-list-'));
  const path = `${join(folder, 'bin')}${delimiter}${dirname(process.execPath)}${delimiter}/usr/bin${delimiter}/bin`;
  env = { ...process.env, PATH: path, MOORING_IMAGE_BUILDER: undefined };
  // A docker that has one image.
  await write(
    'bin/docker',
    '#!/bin/sh\n[ "$1" = info ] || [ "$*" = "image inspect localhost/everything:1.0.0" ]\n',
    0o755,
  );
  await write('bin/on-path', '#!/bin/sh\n', 0o755);
  await manifest('folder', 'folder', '{ image: "ghcr.io/example/folder:1", binary: ./main.ts }');
  await write('work/folder/Dockerfile', 'FROM scratch\n');
  await manifest('folder', 'elsewhere', '{ remote: { url: "https://example.com/mcp" } }');
  await manifest('.', 'everything', '{ package: { registry: npm, name: everything, version: 1.0.0 } }');
  await manifest('.', 'program', '{ binary: ./program }');
  await write('work/program', '#!/bin/sh\n', 0o755);
  await manifest('.', 'found', '{ binary: on-path, args: [serve] }');
  await manifest('.', 'not-found', '{ binary: not-on-path }');
  await manifest('.', 'skills', '{ binary: mooring, args: [server, marketplace] }');
  await manifest('node_modules', 'not-ours', '{ binary: ./x }');
  await manifest('examples/local', 'followed', '{ binary: ./missing }');
  await write('work/compose.yaml', 'services: { web: { image: nginx } }\n');
});

afterEach(async () => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
  await chmod(join(folder, path), mode);
}

const manifest = async (place: string, name: string, spec: string): Promise<void> =>
  write(
    join('work', place, `${name}.yaml`),
    `apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: { name: ${name} }\nspec: ${spec}\n`,
  );

const list = async (...args: readonly string[]) =>
  run(MOORING, ['list-packages', ...args], { cwd: join(folder, 'work'), env });

test('what can be built here and what is there, for people', async () => {
  const { stdout, stderr } = await list();
  expect(stderr).toBe('');
  expect(stdout).toMatchInlineSnapshot(`
    "NAME              KIND      SOURCE                           BUILT   INSTALLED
    content-manager   bundled   mooring server content-manager   -       yes
    everything        package   npm:everything@1.0.0             yes     -
    folder            folder    folder/Dockerfile                no      no
    followed          program   examples/local/missing           -       no
    found             path      on-path serve                    -       yes
    marketplace       bundled   mooring server marketplace       -       yes
    not-found         path      not-on-path                      -       no
    program           program   program                          no      yes
    skills            bundled   mooring server marketplace       -       yes
    systemprompt      bundled   mooring server systemprompt      -       yes
    "
  `);
});

test('the same for machines', async () => {
  const value = JSON.parse((await list('-o', 'json')).stdout) as { packages: { name: string }[] };
  const { packages } = value;
  expect(shapeOf(value)).toMatchInlineSnapshot(`
    {
      "packages": [
        {
          "built": "boolean or null",
          "image?": "string",
          "installed": "boolean or null",
          "kind": "string",
          "manifest?": {
            "file": "string",
            "line": "number",
          },
          "name": "string",
          "source": "string",
        },
      ],
    }
  `);
  const chosen = packages.filter(({ name }) => ['everything', 'folder', 'marketplace'].includes(name));
  expect(chosen).toMatchInlineSnapshot(`
    [
      {
        "built": true,
        "image": "localhost/everything:1.0.0",
        "installed": null,
        "kind": "package",
        "manifest": {
          "file": "everything.yaml",
          "line": 1,
        },
        "name": "everything",
        "source": "npm:everything@1.0.0",
      },
      {
        "built": false,
        "image": "ghcr.io/example/folder:1",
        "installed": false,
        "kind": "folder",
        "manifest": {
          "file": "folder/folder.yaml",
          "line": 1,
        },
        "name": "folder",
        "source": "folder/Dockerfile",
      },
      {
        "built": null,
        "installed": true,
        "kind": "bundled",
        "name": "marketplace",
        "source": "mooring server marketplace",
      },
    ]
  `);
  expect((await list('-o', 'name')).stdout.trim().split('\n')).toEqual(packages.map(({ name }) => name));
});

test('a manifest that is not valid is told on stderr', async () => {
  await manifest('.', 'broken', '{ binary: ./x, port: 0 }');
  const { code, stdout, stderr } = await list('-o', 'name');
  expect(code).toBe(0);
  expect(stderr).toContain('broken.yaml:4: spec.port: ');
  expect(stdout).not.toContain('broken');
});

test('without a builder nobody can tell what is built', async () => {
  await write('bin/docker', '#!/bin/sh\nexit 1\n', 0o755);
  for (const other of ['podman', 'buildah']) await write(`bin/${other}`, '#!/bin/sh\nexit 1\n', 0o755);
  const { packages } = JSON.parse((await list('-o', 'json')).stdout) as { packages: { built: boolean | null }[] };
  expect(packages.filter(({ built }) => built !== null)).toEqual([]);
});
