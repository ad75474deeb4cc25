import type { PackageRef } from '../packages/package-lookup.ts';
import { PYTHON_VERSION } from '../packages/python-index.ts';

/** What a program needs below it. */
export type Base = 'node' | 'python' | 'debian';

const BASES: Readonly<Record<Base, { readonly argument: string; readonly image: string }>> = {
  node: { argument: 'NODE_IMAGE', image: 'docker.io/library/node:24-bookworm-slim' },
  python: { argument: 'PYTHON_IMAGE', image: `docker.io/library/python:${PYTHON_VERSION}-slim` },
  debian: { argument: 'BASE_IMAGE', image: 'docker.io/library/debian:bookworm-slim' },
};

/** Where a package is installed. */
const PREFIX = '/opt/server';

/** `nonroot` of distroless images, and the user of every pod whose manifest names none. */
const USER = '65532:65532';

/** A Dockerfile that installs one package and runs one of its programs. Nothing of the package runs while it is built. */
export function packageDockerfile({ registry, name, version }: PackageRef, program: string): string {
  const path = `${PREFIX}/bin/${program}`;
  return registry === 'npm'
    ? lines(
        from('node', 'AS packages'),
        'ARG NODE_EXTRA_CA_CERTS',
        instruction('RUN', ...NPM_INSTALL, `${name}@${version}`),
        instruction('RUN', ...CHECK, path),
        '',
        'FROM ${NODE_IMAGE}',
        'ENV NODE_ENV=production',
        `COPY --from=packages ${PREFIX} ${PREFIX}`,
        running(path),
      )
    : lines(
        from('python'),
        'ARG PIP_CERT',
        instruction('RUN', 'python3', '-m', 'venv', PREFIX),
        instruction('RUN', ...PIP_INSTALL, `${name}==${version}`),
        instruction('RUN', ...CHECK, path),
        'ENV PYTHONDONTWRITEBYTECODE=1',
        running(path),
      );
}

/**
 * A Dockerfile that copies one program. `path` is relative to the build context. What a manifest names by a path has the same one in the image,
 * relative to the working folder; what it names without one is on the PATH there too, because a cluster starts it by that name.
 */
export const programDockerfile = (path: string, base: Base, isOnPath: boolean): string => {
  // A COPY takes the last of its words as the target: `./a` is the file, not a folder.
  const target = isOnPath ? `/usr/local/bin/${path}` : `./${path}`;
  return lines(from(base), 'WORKDIR /app', instruction('COPY', path, target), running(target));
};

const NPM_INSTALL = ['npm', 'install', '--global', '--prefix', PREFIX, '--ignore-scripts', '--no-audit', '--no-fund'];
const PIP_INSTALL = [`${PREFIX}/bin/pip`, 'install', '--no-cache-dir', '--only-binary=:all:'];

/** Ends the build with what there is instead, where the program is not there. */
const CHECK = [
  'sh',
  '-c',
  `test -x "$0" || { echo "There is no program $0. The package brings:" $(ls ${PREFIX}/bin); exit 1; }`,
];

const from = (base: Base, stage = ''): string => {
  const { argument, image } = BASES[base];
  return `# Made by \`mooring build\`.\nARG ${argument}=${image}\n\nFROM \${${argument}}${stage && ` ${stage}`}`;
};

/** HOST is what a server in a pod is told too; so the image can be tried without one. */
const running = (path: string): string =>
  lines('ENV HOST=0.0.0.0', `USER ${USER}`, 'EXPOSE 8080', instruction('ENTRYPOINT', path)).trimEnd();

/** In the form of a JSON list: no shell reads the words, whatever is in them. */
const instruction = (name: 'RUN' | 'COPY' | 'ENTRYPOINT', ...words: readonly string[]): string =>
  `${name} ${JSON.stringify(words)}`;

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
