import { Failure } from '../../core/failure.ts';
import { shellWord } from '../output/shell-word.ts';
import { runTool } from '../packages/run-tool.ts';

export const BUILDER_NAMES = ['docker', 'podman', 'buildah'] as const;
export type BuilderName = (typeof BUILDER_NAMES)[number];

export interface ImageOptions {
  readonly tag: string;
  readonly platform?: string | undefined;
  /** `NAME=VALUE`. */
  readonly buildArgs: readonly string[];
}

/** A program and its arguments. */
export type Words = readonly [string, ...string[]];

/** What makes images on this machine. */
export interface Builder {
  /** For people: `docker`, or that it is a command of their own. */
  readonly label: string;
  build(folder: string, image: ImageOptions): Words;
  /** Undefined where pushing is the affair of the command itself. */
  readonly push?: (tag: string) => Words;
  /** Whether this machine has the image. Undefined where nobody can tell. */
  readonly has?: (tag: string) => Promise<boolean>;
}

/** Each has the flags of docker; what differs is told here. */
const HAS: Readonly<Record<BuilderName, (tag: string) => Words>> = {
  docker: (tag) => ['docker', 'image', 'inspect', tag],
  podman: (tag) => ['podman', 'image', 'exists', tag],
  buildah: (tag) => ['buildah', 'inspect', '--type', 'image', tag],
};

function builderNamed(name: BuilderName): Builder {
  return {
    label: name,
    build: (folder, { tag, platform, buildArgs }) => [
      name,
      'build',
      '--tag',
      tag,
      // buildah alone keeps no layers unasked.
      ...(name === 'buildah' ? ['--layers'] : []),
      ...(platform === undefined ? [] : ['--platform', platform]),
      ...buildArgs.flatMap((each) => ['--build-arg', each]),
      folder,
    ],
    push: (tag) => [name, 'push', tag],
    has: async (tag) => {
      const [command, ...args] = HAS[name](tag);
      return (await runTool(command, args))?.code === 0;
    },
  };
}

/** The shell command of MOORING_IMAGE_BUILDER, in which {tag} and {folder} are filled in. */
export const builderOfCommand = (template: string): Builder => ({
  label: 'MOORING_IMAGE_BUILDER',
  build(folder, { tag, platform, buildArgs }) {
    if (platform !== undefined || buildArgs.length > 0) {
      throw new Failure('usage', 'MOORING_IMAGE_BUILDER says itself how it builds: put such flags into it.');
    }
    // In one pass: the folder may be called {tag}.
    const filled = template.replaceAll(/\{(tag|folder)\}/g, (_, word) => shellWord(word === 'tag' ? tag : folder));
    return ['sh', '-euc', filled];
  },
});

/** The builder that was named, else MOORING_IMAGE_BUILDER, else the first that is there and works. Throws `no_builder`. */
export async function chooseBuilder(
  named: BuilderName | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Builder> {
  const template = env['MOORING_IMAGE_BUILDER'];
  if (named === undefined && template) return builderOfCommand(template);
  const found: string[] = [];
  for (const name of named === undefined ? BUILDER_NAMES : [named]) {
    // docker and podman may be there without anything behind them that builds.
    const info = await runTool(name, ['info'], { env });
    if (info?.code === 0) return builderNamed(name);
    if (info) found.push(name);
  }
  throw new Failure(
    'no_builder',
    found.length > 0
      ? `${found.join(' and ')} cannot build here: \`${found[0]} info\` says why.`
      : `There is no ${named ?? BUILDER_NAMES.join(', ')} on the PATH. Install one of docker, podman and buildah, or give a command in MOORING_IMAGE_BUILDER.`,
  );
}

/** What a dry run shows where nothing can build. */
export const ANY_BUILDER: Builder = builderNamed('docker');
