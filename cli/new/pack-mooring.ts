import { existsSync } from 'node:fs';
import { cp, glob, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { packageFolder } from '../package-folder.ts';
import { runTool } from '../packages/run-tool.ts';

/** What npm packs beside `files` of package.json. */
const ALWAYS = ['package.json', 'README.md', 'LICENSE'];

/** ms. Compiling takes a second or two, and a minute on a machine that has much else to do. */
const TIMEOUT_MS = 600_000;

/** Each a tenth of a second later than the last: more than a second in all. */
const RETRIES = 5;

/** Packs the Mooring that runs into `folder`, as npm would publish it. Answers the name of the file. Throws `not_packed`, and the reason of the signal. */
export async function packMooring(folder: string, signal: AbortSignal): Promise<string> {
  await mkdir(folder, { recursive: true });
  if (isInstalled()) return pack(packageFolder(), folder, signal);
  // Beside the checkout, whose own dist/ somebody else may be using.
  const copy = await mkdtemp(join(tmpdir(), 'mooring-pack-'));
  try {
    await copyCheckout(copy, signal);
    return await pack(copy, folder, signal);
  } finally {
    // A compiler that was just ended may still write.
    await rm(copy, { recursive: true, force: true, maxRetries: RETRIES });
  }
}

/** An installed package has its programs in dist/ and no sources. */
const isInstalled = (): boolean => !existsSync(join(packageFolder(), 'cli', 'main.ts'));

async function copyCheckout(copy: string, signal: AbortSignal): Promise<void> {
  const root = packageFolder();
  const { files } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { files: string[] };
  for (const pattern of [...ALWAYS, ...files.filter((each) => each !== 'dist')]) {
    for await (const path of glob(pattern, { cwd: root })) {
      signal.throwIfAborted();
      await cp(join(root, path), join(copy, path), { recursive: true });
    }
  }
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  await run(compiler, ['--project', join(root, 'tsconfig.build.json'), '--outDir', join(copy, 'dist')], { signal });
}

async function pack(source: string, folder: string, signal: AbortSignal): Promise<string> {
  const destination = ['--pack-destination', resolve(folder)];
  // The source as working folder: npm reads a path with an @ as a package and a version.
  const text = await run('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error', ...destination], {
    cwd: source,
    signal,
  });
  const [packed] = JSON.parse(text) as [{ filename: string }?];
  if (!packed) throw notPacked('npm packed nothing');
  return packed.filename;
}

interface RunOptions {
  readonly cwd?: string;
  readonly signal: AbortSignal;
}

async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const ended = await runTool(command, args, { timeoutMs: TIMEOUT_MS, ...options });
  options.signal.throwIfAborted();
  if (!ended) throw notPacked(`there is no ${command}`);
  if (ended.code !== 0) throw notPacked(`${command} failed`, `${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

const notPacked = (why: string, output?: string): Failure =>
  new Failure(
    'not_packed',
    `A TypeScript server takes mooring/kit from this Mooring, which could not be packed: ${why}. It needs npm` +
      `, and in a checkout what \`npm ci\` installs.`,
    output === undefined ? {} : { detail: { output: output.slice(-2000) } },
  );
