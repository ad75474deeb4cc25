import type { Place, ServerView } from '../../places/place.ts';

/** A program says where it listens when it starts: of its last lines, these are enough. */
const LINES = 500;

/** Characters of one line that are looked at. */
const MAX_LINE = 1000;

/** The last lines of a server's output; none where the place does not show it. */
export async function linesOf(
  { place, server }: { readonly place: Pick<Place, 'logs'>; readonly server: ServerView },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const { text } of place.logs?.(server, { follow: false, tail: LINES, signal }) ?? []) {
      if (lines.push(text.slice(0, MAX_LINE)) >= LINES) break;
    }
  } catch {
    // Who may not read it is told without it.
  }
  return lines;
}
