import { spawnSync } from 'node:child_process';

/**
 * Builds an image and brings it to where the cluster finds it. MOORING_IMAGE_BUILDER is a shell command for that, in which {tag} and {folder} (the
 * build context) are filled in; without it docker or buildah builds, and the image is only on this machine. Throws where that fails.
 */
export function buildImage(tag: string, folder: string): void {
  const builder = process.env['MOORING_IMAGE_BUILDER'] ?? builderOfThisMachine();
  const started = Date.now();
  process.stdout.write(`building ${tag} …\n`);
  const command = builder.replaceAll('{tag}', tag).replaceAll('{folder}', `'${folder}'`);
  const { status } = spawnSync('sh', ['-euc', command], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${tag} was not built: \`${command}\` ended with ${status}`);
  process.stdout.write(`built ${tag} in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

function builderOfThisMachine(): string {
  const works = (program: string) => spawnSync(program, ['info'], { stdio: 'ignore' }).status === 0;
  if (works('docker')) return 'docker build --tag {tag} {folder}';
  if (works('buildah')) return 'buildah build --tag {tag} {folder}';
  throw new Error(
    'Building images needs docker or buildah in PATH, or a command in MOORING_IMAGE_BUILDER (see CONTRIBUTING.md).',
  );
}
