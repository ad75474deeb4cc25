import { defineResourceTemplate } from '../../kit/index.ts';
import type { ContentServices } from '../content-services.ts';
import { findPostImage } from '../posts/post-image.ts';
import { postMarkdown } from '../posts/post-markdown.ts';
import { findPost, listPosts } from '../posts/post-store.ts';
import { SLUG } from '../posts/post-text.ts';

const PAGE = 100;
/** Versions are integers of PostgreSQL. */
const VERSION = /^[1-9]\d{0,8}$/;

export const postUri = (slug: string): string => `post://content-manager/${slug}`;

export const posts = defineResourceTemplate<ContentServices>({
  name: 'post',
  title: 'Posts',
  description: 'Your posts, each in its newest version: Markdown with front matter.',
  uriTemplate: postUri('{slug}'),
  mimeType: 'text/markdown',
  scopes: ['user'],
  list: async (cursor = '', { identity: { subject }, database }) => {
    if (subject === undefined) return { resources: [] };
    const found = await listPosts(database.use(), subject, SLUG.test(cursor) ? cursor : '', PAGE + 1);
    const page = found.slice(0, PAGE);
    return {
      resources: page.map(({ slug, title, status, version, summary }) => ({
        uri: postUri(slug),
        name: slug,
        title,
        description: `${status}, version ${version}: ${summary}`,
        mimeType: 'text/markdown',
      })),
      nextCursor: found.length > PAGE ? page.at(-1)?.slug : undefined,
    };
  },
  read: async ({ slug = '' }, { identity: { subject }, database }) => {
    const post = subject !== undefined && SLUG.test(slug) ? await findPost(database.use(), subject, slug) : undefined;
    return post && { text: await postMarkdown(post) };
  },
});

export const postVersions = defineResourceTemplate<ContentServices>({
  name: 'post-version',
  title: 'Versions of posts',
  description: 'A version of one of your posts: Markdown with front matter.',
  uriTemplate: `${postUri('{slug}')}/versions/{version}`,
  mimeType: 'text/markdown',
  scopes: ['user'],
  read: async ({ slug = '', version = '' }, { identity: { subject }, database }) => {
    if (subject === undefined || !SLUG.test(slug) || !VERSION.test(version)) return undefined;
    const post = await findPost(database.use(), subject, slug, Number(version));
    return post && { text: await postMarkdown(post) };
  },
});

export const postImages = defineResourceTemplate<ContentServices>({
  name: 'post-image',
  title: 'Pictures of posts',
  description: 'The picture that generate_featured_image made for one of your posts.',
  uriTemplate: `${postUri('{slug}')}/image`,
  mimeType: 'image/png',
  scopes: ['user'],
  read: async ({ slug = '' }, { identity: { subject }, database }) => {
    const image =
      subject !== undefined && SLUG.test(slug) ? await findPostImage(database.use(), subject, slug) : undefined;
    return image && { bytes: image.png };
  },
});
