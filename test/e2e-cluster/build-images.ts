// `npm run image`: builds the images of the cluster tests and brings them to where the cluster finds them.
// MOORING_IMAGE_BUILDER is a shell command for that, in which {tag} and {folder} (the build context) are filled in; without
// it docker or buildah builds, and the images are only on this machine. For kind:
//   MOORING_IMAGE_BUILDER='docker build --tag {tag} {folder} && kind load docker-image {tag}' npm run image
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGES, reference } from '../support/cluster/images.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the test servers need beside what the image of Mooring has: the sources of the kit and their own. */
const OF_TEST_SERVERS = ['crds', 'core', 'servers', 'test/e2e-cluster/servers', 'test/e2e-cluster/toolbox'];

const builder = process.env['MOORING_IMAGE_BUILDER'] ?? builderOfThisMachine();
build(reference(IMAGES.mooring), ROOT);
const context = await mkdtemp(join(tmpdir(), 'mooring-image-'));
try {
  for (const folder of OF_TEST_SERVERS) await cp(join(ROOT, folder), join(context, folder), { recursive: true });
  await cp(join(import.meta.dirname, 'Dockerfile'), join(context, 'Dockerfile'));
  build(reference(IMAGES.testServers), context);
} finally {
  await rm(context, { recursive: true, force: true });
}

function build(tag: string, folder: string): void {
  if (process.exitCode) return;
  const started = Date.now();
  process.stdout.write(`building ${tag} …\n`);
  const command = builder.replaceAll('{tag}', tag).replaceAll('{folder}', `'${folder}'`);
  const { status } = spawnSync('sh', ['-euc', command], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) {
    process.stdout.write(`built ${tag} in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
    return;
  }
  process.stderr.write(`${tag} was not built: \`${command}\` ended with ${status}\n`);
  process.exitCode = 1;
}

function builderOfThisMachine(): string {
  const works = (program: string) => spawnSync(program, ['info'], { stdio: 'ignore' }).status === 0;
  if (works('docker')) return 'docker build --tag {tag} {folder}';
  if (works('buildah')) return 'buildah build --tag {tag} {folder}';
  throw new Error(
    'Building images needs docker or buildah in PATH, or a command in MOORING_IMAGE_BUILDER (see CONTRIBUTING.md).',
  );
}
