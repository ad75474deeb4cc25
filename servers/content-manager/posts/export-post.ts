import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writePrivateFile } from '../../../core/private-file.ts';
import type { PostImage } from './post-image.ts';
import { postMarkdown } from './post-markdown.ts';
import type { Post } from './post-store.ts';

/**
 * Writes a post and its picture below `home`, in a folder of its owner; answers the path from there. No part of it is the caller's choice but
 * the slug, which is letters, digits and hyphens.
 */
export async function exportPost(home: string, owner: string, post: Post, image?: PostImage): Promise<string> {
  // A subject may hold anything; 64 bits of a digest keep people apart.
  const folder = createHash('sha256').update(owner).digest('hex').slice(0, 16);
  const path = join('posts', folder, `${post.slug}.md`);
  const file = `${post.slug}.png`;
  if (image) await writePrivateFile(join(home, 'posts', folder, file), image.png);
  await writePrivateFile(join(home, path), await postMarkdown(post, image && { file, alt: image.alt }));
  return path;
}
