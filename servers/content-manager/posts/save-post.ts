import type { Kysely } from 'kysely';
import { ToolFailure } from '../../kit/index.ts';
import type { PostStatus, Tables } from '../tables.ts';
import {
  addVersion,
  countPosts,
  findPost,
  insertPost,
  MAX_POSTS,
  setStatus,
  type Post,
  type PostChange,
} from './post-store.ts';

/** The post that a new version belongs to, as the caller has seen it. */
export interface SeenVersion {
  readonly slug: string;
  readonly version: number;
}

/** A ToolFailure where a new post has no place: there is one of this slug, or there are too many. */
export async function expectPlace(db: Kysely<Tables>, owner: string, slug: string): Promise<void> {
  const existing = await findPost(db, owner, slug);
  if (existing)
    throw new ToolFailure(
      `There is a post "${slug}" already, in version ${existing.version}. Send its slug and version to change it, or another slug.`,
    );
  if ((await countPosts(db, owner)) >= MAX_POSTS)
    throw new ToolFailure(`There are ${MAX_POSTS} posts already, as many as are kept of one person.`);
}

/** Keeps a new post. A ToolFailure where it has no place, or somebody was faster. */
export async function saveNew(db: Kysely<Tables>, owner: string, slug: string, change: PostChange): Promise<Post> {
  await expectPlace(db, owner, slug);
  if (!(await insertPost(db, owner, slug, change))) await expectPlace(db, owner, slug);
  return get(db, owner, slug);
}

/** Keeps the next version. A ToolFailure where somebody was faster. */
export async function saveNext(
  db: Kysely<Tables>,
  owner: string,
  seen: SeenVersion,
  change: PostChange,
): Promise<Post> {
  if (!(await addVersion(db, owner, seen, change))) throw await conflict(db, owner, seen);
  return get(db, owner, seen.slug);
}

/** Changes the status alone, which makes no version. A ToolFailure where somebody was faster. */
export async function saveStatus(
  db: Kysely<Tables>,
  owner: string,
  seen: SeenVersion,
  status: PostStatus,
): Promise<Post> {
  if (!(await setStatus(db, owner, seen, status))) throw await conflict(db, owner, seen);
  return get(db, owner, seen.slug);
}

/** The post in the version that the caller has seen. A ToolFailure where it is not the newest, or not there. */
export async function getSeen(db: Kysely<Tables>, owner: string, seen: SeenVersion): Promise<Post> {
  const post = await findPost(db, owner, seen.slug);
  if (post?.version !== seen.version) throw await conflict(db, owner, seen);
  return post;
}

/** Says what the caller does about a version that is not the newest. */
async function conflict(db: Kysely<Tables>, owner: string, { slug, version }: SeenVersion): Promise<ToolFailure> {
  const post = await findPost(db, owner, slug);
  return new ToolFailure(
    post
      ? `"${slug}" is in version ${post.version} now, not ${version}. Read post://content-manager/${slug}, then send version ${post.version}.`
      : `There is no post "${slug}". Leave version out to make one.`,
  );
}

async function get(db: Kysely<Tables>, owner: string, slug: string): Promise<Post> {
  const post = await findPost(db, owner, slug);
  if (!post) throw new Error('what was just kept is gone');
  return post;
}
