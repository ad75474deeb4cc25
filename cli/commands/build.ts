import { Option, type Command } from 'commander';
import type { BuildOptions } from '../build/build.ts';

export function addBuild(program: Command): void {
  program
    .command('build')
    .description('build the container images of servers: from a Dockerfile beside the manifest, a package or a program')
    .argument('[names...]', 'the servers (default: all that can be built)')
    .option('--folder <folder>', 'where their manifests are, or folders with them', '.')
    // The same as BUILDER_NAMES, which would have to be loaded for it.
    .addOption(
      new Option('--builder <name>', 'what builds (default: $MOORING_IMAGE_BUILDER, else whichever is there)').choices([
        'docker',
        'podman',
        'buildah',
      ] satisfies BuildOptions['builder'][]),
    )
    .option('--tag <image>', 'name of the image of one server (default: spec.image)')
    .option('--platform <platform>', 'for example linux/arm64 (default: that of this machine)')
    .option('--build-arg <name=value>', 'passed to the builder; repeatable', append, [])
    .option('--program <name>', 'the program that is the server, where a package brings several')
    .option('--push', 'push each image when it is built')
    .option('--print', 'only show the Dockerfile and the command')
    .action(async (names: string[], options: BuildOptions) => {
      const { build } = await import('../build/build.ts');
      await build(names, options);
    });
}

const append = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
