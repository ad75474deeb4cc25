import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { McpServerSpec } from '../../crds/mcpserver.ts';
import { formatProblem, printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import { foundServers } from '../packages/found-servers.ts';
import { buildContext, type BuildContext } from './build-context.ts';
import { EXIT } from '../exit-codes.ts';
import { ANY_BUILDER, chooseBuilder, type Builder, type BuilderName, type ImageOptions } from './builder.ts';
import { chooseServers, type Chosen } from './choose-servers.ts';
import { imageTag } from './image-tag.ts';
import { runBuilder } from './run-builder.ts';

export interface BuildOptions {
  readonly folder: string;
  readonly builder?: BuilderName;
  readonly tag?: string;
  readonly platform?: string;
  readonly buildArg: readonly string[];
  readonly program?: string;
  readonly push?: boolean;
  readonly print?: boolean;
}

/** One image that is to be made. */
interface Job {
  readonly name: string;
  readonly context: BuildContext;
  readonly image: ImageOptions;
  /** Whether the manifest has to be told of the image. */
  readonly unnamed: boolean;
}

const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Builds the images of servers one after another; writes the name of each to stdout when it is there. Stops at the first failure. */
export async function build(names: readonly string[], options: BuildOptions): Promise<void> {
  const { folder, tag, push = false } = options;
  checkFlags(options);
  const { servers, problems } = await foundServers(folder);
  for (const problem of problems) note(formatProblem(problem));
  const chosen = await chooseServers(servers, names, folder);
  if (tag !== undefined && chosen.length > 1) {
    throw new Failure('usage', '--tag is for one server at a time: name it.');
  }
  // What is wrong with one is told before the first is built.
  const jobs: Job[] = [];
  for (const each of chosen) jobs.push(await jobFor(each, options));
  const builder = options.print
    ? await chooseBuilder(options.builder).catch(() => ANY_BUILDER)
    : await chooseBuilder(options.builder);
  if (push && !builder.push) throw new Failure('usage', 'MOORING_IMAGE_BUILDER says itself where its images go.');
  try {
    for (const job of jobs) await (options.print ? show(job, builder) : make(job, builder, push));
    // What was wrong with other manifests has been told; a script must hear of it too.
    if (problems.length > 0) process.exitCode = EXIT.failed;
  } catch (error) {
    // By the same signal as without our handler, so that a loop of a shell ends too.
    if (error instanceof Failure && error.code === 'interrupted')
      process.kill(process.pid, String(error.detail?.['signal']));
    throw error;
  }
}

async function jobFor({ server, recipe }: Chosen, options: BuildOptions): Promise<Job> {
  const { manifest } = server;
  const { name } = manifest.metadata;
  const { tag = await imageTag(manifest, recipe), platform, buildArg: buildArgs, program } = options;
  const context = await buildContext(recipe, { program, note: (text) => note(`${name}: ${text}`) });
  return { name, context, image: { tag, platform, buildArgs }, unnamed: manifest.spec.image === undefined };
}

async function make({ name, context, image, unnamed }: Job, builder: Builder, push: boolean): Promise<void> {
  const { tag } = image;
  await context.use(async (folder) =>
    runBuilder(builder.build(folder, image), `Building ${tag} with ${builder.label}`),
  );
  const pushing = push ? builder.push?.(tag) : undefined;
  if (pushing) await runBuilder(pushing, `Pushing ${tag}`);
  process.stdout.write(`${tag}\n`);
  if (unnamed) note(`${name}: name it in the manifest, as \`image: ${tag}\`, when it is where the cluster pulls from.`);
}

async function show({ name, context, image }: Job, builder: Builder): Promise<void> {
  await context.use(async (folder) => {
    const dockerfile = context.dockerfile ?? (await readFile(join(folder, 'Dockerfile'), 'utf8'));
    const shown = context.dockerfile === undefined ? folder : '<folder with this Dockerfile>';
    const words = builder
      .build(shown, image)
      .map((word) => (/^[\w./:=,@-]+$/.test(word) ? word : JSON.stringify(word)));
    process.stdout.write(`# ${name}: ${words.join(' ')}\n${dockerfile}\n`);
  });
}

/** Throws `usage`. */
function checkFlags({ tag, platform, buildArg }: BuildOptions): void {
  if (tag !== undefined && (tag.includes('@') || !McpServerSpec.shape.image.safeParse(tag).success)) {
    throw new Failure(
      'usage',
      `"${printable(tag)}" is no name of an image: write for example ghcr.io/example/notes:1.4.2.`,
    );
  }
  if (platform !== undefined && !/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(platform)) {
    throw new Failure('usage', `"${printable(platform)}" is no platform: write one, for example linux/arm64.`);
  }
  const wrong = buildArg.find((each) => !/^[A-Za-z_]\w*=/.test(each));
  if (wrong !== undefined) throw new Failure('usage', `"${printable(wrong)}" is no build argument: write NAME=VALUE.`);
}
