/** What the worker gets. */
export interface ExtractionJob {
  /** Decoded. */
  readonly text: string;
  /** Of the page, after redirects. */
  readonly url: string;
  readonly contentType: string;
}

/** What somebody wrote, without what stands around it. */
export interface Article {
  readonly kind: 'article';
  readonly title: string;
  readonly site: string;
  readonly author?: string | undefined;
  /** RFC 3339 date and time, or a date. */
  readonly published?: string | undefined;
  /** BCP 47, as the page says. */
  readonly language?: string | undefined;
  /** Address that the page itself gives, on the same host. */
  readonly canonical?: string | undefined;
  /** Paragraphs with an empty line between them. */
  readonly text: string;
}

/** RSS or Atom. */
export interface Feed {
  readonly kind: 'feed';
  readonly title: string;
  /** Newest first where they are dated. */
  readonly items: readonly FeedItem[];
}

export interface FeedItem {
  readonly url: string;
  readonly title: string;
  readonly published?: string | undefined;
}

export type Extraction = Article | Feed;

/** What the worker answers. */
export type ExtractionAnswer = { readonly extraction: Extraction } | { readonly problem: string };
