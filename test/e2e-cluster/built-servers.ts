import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGES, reference } from '../support/cluster/images.ts';
import { runMooring } from './new-server.ts';

const manifest = (name: string, spec: object) => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: { name },
  spec,
});

/**
 * Servers without a Dockerfile, one for each that `mooring build` writes on the image of Node. Those on the image of Python (packages of PyPI, programs in
 * Python, `mooring new server --language python`) are not built: a builder without a registry of images, as of whom these tests ask no more than Node and
 * Debian, cannot have it. What is known of them is in cli/build/dockerfile.test.ts.
 */
const SOURCES = [
  {
    image: reference(IMAGES.builtPackage),
    source: manifest('built-package', {
      package: { registry: 'npm', name: '@modelcontextprotocol/server-everything', version: '2026.8.31' },
    }),
  },
  { image: reference(IMAGES.builtProgram), source: manifest('built-program', { binary: './stand-alone.ts' }) },
] as const;

/** `mooring build` of each, with the builder that it finds. */
export async function buildServers(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-built-servers-'));
  try {
    await copyFile(join(import.meta.dirname, 'built', 'stand-alone.ts'), join(folder, 'stand-alone.ts'));
    for (const { source, image } of SOURCES) {
      const { name } = source.metadata;
      await writeFile(join(folder, `${name}.yaml`), JSON.stringify(source));
      await runMooring(folder, 'build', name, '--tag', image);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What runs the images that were built, as they start by themselves. */
export const BUILT_SERVERS = {
  package: manifest('built-package', { image: reference(IMAGES.builtPackage), args: ['streamableHttp'] }),
  program: manifest('built-program', { image: reference(IMAGES.builtProgram) }),
} as const;
