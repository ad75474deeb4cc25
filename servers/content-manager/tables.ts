import type { ColumnType, Generated } from 'kysely';
import type { Extraction } from './extraction/extraction.ts';

/** JSON goes in as text and comes out as a value. */
type Json<Value> = ColumnType<Value, string, string>;

/** A passage of a source, by its place in the text: UTF-16 code units, as `text.slice(start, end)` takes them. */
export interface Note {
  readonly quote: string;
  readonly start: number;
  readonly end: number;
}

export type PostStatus = 'draft' | 'published';

/** A source as a version of a post cites it: it stays when the research is gone. */
export interface CitedSource {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly site: string;
  readonly published?: string | undefined;
}

/** What migrations.ts has made. `owner` is the subject of a person. */
export interface Tables {
  page_cache: {
    readonly url: string;
    final_url: string;
    fetched_at: Date;
    extraction: Json<Extraction>;
  };
  research: {
    readonly id: string;
    readonly owner: string;
    readonly topic: string;
    readonly created_at: Generated<Date>;
  };
  research_source: {
    readonly research_id: string;
    readonly number: number;
    readonly url: string;
    readonly title: string;
    readonly site: string;
    readonly author: string | null;
    readonly published: string | null;
    readonly language: string | null;
    readonly fetched_at: Date;
    readonly text: string;
    readonly notes: Json<readonly Note[]>;
  };
  post: {
    readonly id: string;
    readonly owner: string;
    readonly slug: string;
    status: PostStatus;
    /** Of the newest version. */
    version: number;
    readonly created_at: Generated<Date>;
    updated_at: Generated<Date>;
    published_at: Date | null;
  };
  /** The picture of a post: one, the last. */
  post_image: {
    readonly post_id: string;
    png: Buffer;
    alt: string;
  };
  post_version: {
    readonly post_id: string;
    readonly version: number;
    readonly title: string;
    readonly summary: string;
    readonly tags: string[];
    readonly body: string;
    readonly words: number;
    /** What it was written from; that may be gone. */
    readonly research_id: string | null;
    readonly sources: Json<readonly CitedSource[]>;
    readonly created_at: Generated<Date>;
  };
}
