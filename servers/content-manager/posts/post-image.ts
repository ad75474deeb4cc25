import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

type Database = Kysely<Tables>;

/** The picture of a post. */
export interface PostImage {
  readonly png: Uint8Array;
  readonly alt: string;
}

/** Takes the place of the picture before; false where the owner has no such post. */
export async function setPostImage(
  db: Database,
  owner: string,
  slug: string,
  { png, alt }: PostImage,
): Promise<boolean> {
  const image = { png: Buffer.from(png), alt };
  const post = await db
    .selectFrom('post')
    .select('id')
    .where('owner', '=', owner)
    .where('slug', '=', slug)
    .executeTakeFirst();
  if (!post) return false;
  await db
    .insertInto('post_image')
    .values({ post_id: post.id, ...image })
    .onConflict((conflict) => conflict.column('post_id').doUpdateSet(image))
    .execute();
  return true;
}

/** Undefined where the owner has no such post, or that has none. */
export async function findPostImage(db: Database, owner: string, slug: string): Promise<PostImage | undefined> {
  return db
    .selectFrom('post_image')
    .innerJoin('post', 'post.id', 'post_image.post_id')
    .select(['png', 'alt'])
    .where('owner', '=', owner)
    .where('slug', '=', slug)
    .executeTakeFirst();
}
