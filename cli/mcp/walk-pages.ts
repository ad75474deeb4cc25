/** As many as the operator's discovery takes: SDKs page by 50 or not at all, so more come from a server that counts up for ever. */
const MAX_PAGES = 200;

/** Of all pages. */
const MAX_ENTRIES = 10_000;

interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly nextCursor?: string | undefined;
}

interface Pages<Entry> {
  readonly entries: readonly Entry[];
  /** Why the list has no end, as the rest of a sentence about it. */
  readonly problem?: string;
}

/** All entries of a list in pages, or those until the list turns out to have no end. */
export async function walkPages<Entry>(
  ask: (params: { cursor?: string }) => Promise<Page<Entry>>,
): Promise<Pages<Entry>> {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (let params: { cursor?: string } = {}; ;) {
    const { entries: more, nextCursor } = await ask(params);
    for (const entry of more) entries.push(entry);
    if (nextCursor === undefined) return { entries };
    if (seen.has(nextCursor)) return { entries, problem: 'goes round in circles: a cursor came twice' };
    if (seen.size >= MAX_PAGES) return { entries, problem: `has more than ${MAX_PAGES} pages` };
    if (entries.length > MAX_ENTRIES) return { entries, problem: `has more than ${MAX_ENTRIES} entries` };
    seen.add(nextCursor);
    params = { cursor: nextCursor };
  }
}
