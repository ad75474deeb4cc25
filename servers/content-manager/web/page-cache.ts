import { sql, type ServerDatabase } from '../../kit/index.ts';
import type { Tables } from '../tables.ts';
import type { Extraction } from '../extraction/extraction.ts';

/** Minutes: a second question about the same topic costs the sites nothing, and news are not old. */
const FRESH_MINUTES = 60;
/** Pages: a person reads 20 at a time, and who reads on and on must not fill the disk. With 200,000 characters each at most 600 MB. */
const MAX_PAGES = 1000;
const FRESH = sql<Date>`now() - make_interval(mins => ${sql.lit(FRESH_MINUTES)})`;

export interface ReadPage {
  /** After redirects. */
  readonly url: string;
  readonly fetchedAt: Date;
  readonly extraction: Extraction;
}

/** What was read of public pages, the same for everybody. Only what can be fetched by everybody gets in. */
export interface PageCache {
  find(url: string): Promise<ReadPage | undefined>;
  keep(url: string, page: ReadPage): Promise<void>;
}

export function pageCache(database: ServerDatabase<Tables>): PageCache {
  return {
    async find(url) {
      const row = await database
        .use()
        .selectFrom('page_cache')
        .select(['final_url', 'fetched_at', 'extraction'])
        .where('url', '=', url)
        .where('fetched_at', '>', FRESH)
        .executeTakeFirst();
      return row && { url: row.final_url, fetchedAt: row.fetched_at, extraction: row.extraction };
    },
    async keep(url, { url: final_url, fetchedAt: fetched_at, extraction }) {
      const row = { final_url, fetched_at, extraction: JSON.stringify(extraction) };
      await forget(database);
      await database
        .use()
        .insertInto('page_cache')
        .values({ url, ...row })
        .onConflict((conflict) => conflict.column('url').doUpdateSet(row))
        .execute();
    },
  };
}

/** What is not fresh, and the oldest beside as many as may be there. */
async function forget(database: ServerDatabase<Tables>): Promise<void> {
  const db = database.use();
  const oneTooMany = db
    .selectFrom('page_cache')
    .select('fetched_at')
    .orderBy('fetched_at', 'desc')
    .offset(MAX_PAGES - 1)
    .limit(1);
  await db
    .deleteFrom('page_cache')
    .where((row) => row.or([row('fetched_at', '<=', FRESH), row('fetched_at', '<=', oneTooMany)]))
    .execute();
}
