import { artifactStore, callSlots, createLog, createServer, serverDatabase, type RunningServer } from '../kit/index.ts';
import type { ContentServices } from './content-services.ts';
import { imageMaker } from './images/image-maker.ts';
import { migrations } from './migrations.ts';
import { linkChecker } from './posts/check-links.ts';
import { postImages, posts, postVersions } from './resources/posts.ts';
import { research } from './resources/research.ts';
import { contentSettings } from './settings.ts';
import type { Tables } from './tables.ts';
import { pageSearch } from './search/page-search.ts';
import { textWriter } from './text/text-writer.ts';
import { createBlogPost } from './tools/create-blog-post.ts';
import { generateFeaturedImage } from './tools/generate-featured-image.ts';
import { researchBlog } from './tools/research-blog.ts';
import { webFetcher } from './web/fetch-page.ts';
import { pageCache } from './web/page-cache.ts';
import { pageReader } from './web/page-reader.ts';
import { robotsGate } from './web/robots-gate.ts';
import { webTargets } from './web/web-targets.ts';

/** A thread takes 60 MB, and may take 230 (threads/guarded-thread.ts); a picture of a provider 64 (images/fit-picture.ts). */
const SLOTS = { all: 8, person: 2 };

/**
 * Starts the content manager on the database that `DATABASE_URL` names. It answers before the database does. Throws a
 * `Failure` (`bad_environment`, `port_in_use`, `cannot_listen`).
 */
export async function startContentManager(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const log = createLog('content-manager');
  const { allowedHosts, home, text, search, image } = contentSettings(env);
  const database = serverDatabase<Tables>(env, { migrations, artifacts: true, log });
  const fetcher = webFetcher(webTargets(allowedHosts));
  const mayFetch = robotsGate(fetcher);
  const pages = pageReader(fetcher, mayFetch, pageCache(database));
  const links = linkChecker(fetcher, mayFetch);
  const server = await createServer<ContentServices>(
    {
      name: 'content-manager',
      title: 'Content manager',
      version: '0.1.0',
      instructions:
        'From research to a post: research_blog reads pages and keeps cited notes, create_blog_post keeps posts with versions, ' +
        'generate_featured_image paints the picture of a post. ' +
        'Posts and research are resources, too: post://content-manager/… and research://content-manager/….',
      tools: [researchBlog, createBlogPost, generateFeaturedImage],
      templates: [research, posts, postVersions, postImages],
      services: {
        database,
        slots: callSlots(SLOTS),
        pages,
        links,
        writer: textWriter(text),
        search: pageSearch(search),
        imageMaker: imageMaker(image),
        home,
      },
      artifacts: artifactStore(database),
      ready: async () => database.ready(),
      close: async () => {
        await fetcher.close();
        await database.close();
      },
      log,
    },
    env,
  );
  database.start();
  return server;
}
