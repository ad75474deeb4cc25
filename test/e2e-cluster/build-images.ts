// `npm run image`: builds the images of the cluster tests and brings them to where the cluster finds them.
// MOORING_IMAGE_BUILDER is a shell command for that, in which {tag} and {folder} (the build context) are filled in; without
// it docker or buildah builds, and the images are only on this machine. For kind:
//   MOORING_IMAGE_BUILDER='docker build --tag {tag} {folder} && kind load docker-image {tag}' npm run image
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from '../support/cluster/build-image.ts';
import { IMAGES, reference } from '../support/cluster/images.ts';
import { buildServers } from './built-servers.ts';
import { buildNewServer, writeNewServer } from './new-server.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the test servers need beside what the image of Mooring has: the sources of the kit and their own. */
const OF_TEST_SERVERS = ['crds', 'core', 'servers', 'test/e2e-cluster/servers', 'test/e2e-cluster/toolbox'];

buildImage(reference(IMAGES.mooring), ROOT);
const context = await mkdtemp(join(tmpdir(), 'mooring-image-'));
try {
  for (const folder of OF_TEST_SERVERS) await cp(join(ROOT, folder), join(context, folder), { recursive: true });
  await cp(join(import.meta.dirname, 'Dockerfile'), join(context, 'Dockerfile'));
  buildImage(reference(IMAGES.testServers), context);
} finally {
  await rm(context, { recursive: true, force: true });
}

process.stdout.write(`building ${reference(IMAGES.newServer)} by \`mooring build\` …\n`);
await using server = await writeNewServer();
await buildNewServer(server);

process.stdout.write('building a package and a program by `mooring build` …\n');
await buildServers();
