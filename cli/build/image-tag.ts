import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { McpServerManifest } from '../../crds/mcpserver.ts';
import { Failure } from '../../core/failure.ts';
import { programFile } from './program-file.ts';
import type { Recipe } from './recipe.ts';

/** Letters of a digest that tell two programs apart. */
const DIGEST_LENGTH = 12;

/**
 * The name of the image: what the manifest says, else one that is only meant for this machine and changes with what is in it. Throws
 * `no_image_name` where there is no telling.
 */
export async function imageTag({ metadata, spec }: McpServerManifest, recipe: Recipe): Promise<string> {
  const { name } = metadata;
  if (spec.image?.includes('@')) {
    throw new Failure(
      'no_image_name',
      `${name}: spec.image names a digest, which only exists after the build. Give --tag, or name a tag there.`,
    );
  }
  if (spec.image !== undefined) return spec.image;
  // Without a registry in front clusters would look for it at Docker Hub, where the name is somebody else's.
  if (recipe.kind === 'package') return `localhost/${name}:${recipe.ref.version.replaceAll('+', '_')}`;
  if (recipe.kind === 'program') return `localhost/${name}:${await digestOf(await programFile(recipe))}`;
  throw new Failure('no_image_name', `${name}: put \`image:\` into its manifest, or give --tag.`);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex').slice(0, DIGEST_LENGTH);
}
