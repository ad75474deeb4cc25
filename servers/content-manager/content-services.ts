import { type CallSlots, type Identity, type ServerDatabase, ToolFailure } from '../kit/index.ts';
import type { ImageMaker } from './images/image-maker.ts';
import type { LinkChecker } from './posts/check-links.ts';
import type { Tables } from './tables.ts';
import type { PageSearch } from './search/page-search.ts';
import type { TextWriter } from './text/text-writer.ts';
import type { PageReader } from './web/page-reader.ts';

/** What the tools of the content manager work on. */
export interface ContentServices {
  readonly database: ServerDatabase<Tables>;
  /** For what reads texts and pictures of strangers. */
  readonly slots: CallSlots;
  readonly pages: PageReader;
  readonly links: LinkChecker;
  readonly writer: TextWriter | undefined;
  readonly search: PageSearch | undefined;
  readonly imageMaker: ImageMaker | undefined;
  /** HOME of the server: exported posts go below it, and nowhere else. */
  readonly home: string;
}

/** Whose research and posts a call is about: a person's own, nobody else's. */
export function ownerOf({ subject }: Identity): string {
  if (subject !== undefined) return subject;
  throw new ToolFailure(
    'Nobody is signed in. Research and posts belong to people: ask the user to sign in, then call again.',
  );
}
