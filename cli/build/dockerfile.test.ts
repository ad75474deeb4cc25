import fc from 'fast-check';
import { expect, test } from 'vitest';
import { McpServerSpec } from '../../crds/mcpserver.ts';
import type { PackageRef } from '../packages/package-lookup.ts';
import { packageDockerfile, programDockerfile } from './dockerfile.ts';

test('a package of npm', () => {
  const ref = { registry: 'npm', name: '@modelcontextprotocol/server-everything', version: '2026.8.31' } as const;
  expect(packageDockerfile(ref, 'mcp-server-everything')).toMatchInlineSnapshot(`
    "# Made by \`mooring build\`.
    ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

    FROM \${NODE_IMAGE} AS packages
    ARG NODE_EXTRA_CA_CERTS
    RUN ["npm","install","--global","--prefix","/opt/server","--ignore-scripts","--no-audit","--no-fund","@modelcontextprotocol/server-everything@2026.8.31"]
    RUN ["sh","-c","test -x \\"$0\\" || { echo \\"There is no program $0. The package brings:\\" $(ls /opt/server/bin); exit 1; }","/opt/server/bin/mcp-server-everything"]

    FROM \${NODE_IMAGE}
    ENV NODE_ENV=production
    COPY --from=packages /opt/server /opt/server
    ENV HOST=0.0.0.0
    USER 65532:65532
    EXPOSE 8080
    ENTRYPOINT ["/opt/server/bin/mcp-server-everything"]
    "
  `);
});

test('a package of PyPI', () => {
  const ref = { registry: 'pypi', name: 'mcp-server-fetch', version: '2026.1.1' } as const;
  expect(packageDockerfile(ref, 'mcp-server-fetch')).toMatchInlineSnapshot(`
    "# Made by \`mooring build\`.
    ARG PYTHON_IMAGE=docker.io/library/python:3.13-slim

    FROM \${PYTHON_IMAGE}
    ARG PIP_CERT
    RUN ["python3","-m","venv","/opt/server"]
    RUN ["/opt/server/bin/pip","install","--no-cache-dir","--only-binary=:all:","mcp-server-fetch==2026.1.1"]
    RUN ["sh","-c","test -x \\"$0\\" || { echo \\"There is no program $0. The package brings:\\" $(ls /opt/server/bin); exit 1; }","/opt/server/bin/mcp-server-fetch"]
    ENV PYTHONDONTWRITEBYTECODE=1
    ENV HOST=0.0.0.0
    USER 65532:65532
    EXPOSE 8080
    ENTRYPOINT ["/opt/server/bin/mcp-server-fetch"]
    "
  `);
});

test('a program', () => {
  expect(programDockerfile('bin/notes.mjs', 'node', false)).toMatchInlineSnapshot(`
    "# Made by \`mooring build\`.
    ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

    FROM \${NODE_IMAGE}
    WORKDIR /app
    COPY ["bin/notes.mjs","./bin/notes.mjs"]
    ENV HOST=0.0.0.0
    USER 65532:65532
    EXPOSE 8080
    ENTRYPOINT ["./bin/notes.mjs"]
    "
  `);
});

const accepted = (spec: object): boolean => McpServerSpec.safeParse(spec).success;
const instructions = (dockerfile: string): string[] => dockerfile.split('\n').map((line) => line.replace(/ .*$/, ''));

/** Text as a hostile author would write it: of the characters that mean something to a shell or a Dockerfile, and some others. */
const hostile = fc.string({
  unit: fc.constantFrom(...Array.from(' \n\r\t"\'`$\\;&|<>(){}[]#=,@/.-_+abZ9')),
  maxLength: 30,
});

test('no name or version that a manifest can have adds an instruction, or says more than itself to npm or pip', () => {
  const registry = fc.constantFrom('npm' as const, 'pypi' as const);
  const usual = {
    npm: { registry: 'npm', name: 'a', version: '1' },
    pypi: { registry: 'pypi', name: 'a', version: '1' },
  } as const;
  let tried = 0;
  fc.assert(
    fc.property(
      registry,
      fc.oneof(hostile, fc.stringMatching(/^[@A-Za-z0-9][A-Za-z0-9._/-]*$/)),
      hostile,
      (of, name, end) => {
        const ref: PackageRef = { registry: of, name, version: `1${end}` };
        fc.pre(accepted({ package: ref }));
        tried += 1;
        const dockerfile = packageDockerfile(ref, 'server');
        expect(instructions(dockerfile)).toEqual(instructions(packageDockerfile(usual[of], 'server')));
        const words = dockerfile
          .split('\n')
          .filter((line) => line.startsWith('RUN'))
          .flatMap((line) => JSON.parse(line.slice('RUN '.length)) as string[]);
        expect(words).toContain(of === 'npm' ? `${name}@${ref.version}` : `${name}==${ref.version}`);
      },
    ),
    { numRuns: 500 },
  );
  expect(tried).toBeGreaterThan(100);
});

test('no path of a program adds an instruction, not even one that a manifest cannot have', () => {
  fc.assert(
    fc.property(hostile, fc.boolean(), (path, isOnPath) => {
      const usual = programDockerfile('a', 'debian', isOnPath);
      expect(instructions(programDockerfile(path, 'debian', isOnPath))).toEqual(instructions(usual));
    }),
    { numRuns: 500 },
  );
});
