import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run } from '../support/mooring.ts';
import { IMAGES, reference } from '../support/cluster/images.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

/** The server that `mooring new server` writes, as `mooring build` builds it: a folder that is gone afterwards. */
export interface NewServer extends AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  /** Its manifest, as it was written. */
  manifest(): Promise<object>;
}

export async function writeNewServer(): Promise<NewServer> {
  const parent = await mkdtemp(join(tmpdir(), 'mooring-new-server-'));
  const name = 'brand-new';
  await runMooring(parent, 'new', 'server', name, '--image', reference(IMAGES.newServer));
  const folder = join(parent, name);
  return {
    name,
    folder,
    manifest: async () => parse(await readFile(join(folder, `${name}.yaml`), 'utf8')) as object,
    [Symbol.asyncDispose]: async () => rm(parent, { recursive: true, force: true }),
  };
}

/** `mooring build`, with the builder that it finds: MOORING_IMAGE_BUILDER brings the image to the cluster too. */
export const buildNewServer = async ({ folder, name }: NewServer): Promise<void> => runMooring(folder, 'build', name);

/** Throws with everything it wrote, where it fails. */
export async function runMooring(cwd: string, ...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run(MOORING, args, { cwd });
  if (code !== 0) throw new Error(`mooring ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
}
