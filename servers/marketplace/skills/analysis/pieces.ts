import { setImmediate as otherCalls } from 'node:timers/promises';
import type { Analyzed, Finding } from './finding.ts';

/** Characters that rules look at together: their patterns are bounded, but go through these once for each place where they may begin. */
const MAX_PIECE = 4096;
/** Characters that a piece has in common with the one before: longer than the longest thing that a rule finds (500). */
const OVERLAP = 512;
/** Milliseconds after which other calls have their turn. A text of 1 MiB may take a second or two, and nobody is to wait for that. */
const TURN_MS = 20;

/** A line, or a part of a long one. */
export interface Piece {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Characters of the line that are before it. */
  readonly column: number;
  readonly text: string;
}

/** Looks at one piece of a text after the other. What two pieces of a line have in common is seen twice, and told once. */
export type PieceRule = (skill: Analyzed) => {
  look(piece: Piece): readonly Finding[];
  /** What only all texts together tell. */
  atEnd?(): readonly Finding[];
};

/** Shows every piece of every text of a skill, in their order. Throws the reason of the signal. */
export async function lookAtPieces(
  { skillMd, texts }: Analyzed,
  signal: AbortSignal,
  look: (piece: Piece) => void,
): Promise<void> {
  let since = performance.now();
  for (const { path: file, text } of [{ path: 'SKILL.md', text: skillMd }, ...texts]) {
    for (const [index, line] of text.split('\n').entries()) {
      for (const part of piecesOf(line)) {
        look({ file, line: index + 1, ...part });
        if (performance.now() - since < TURN_MS) continue;
        await otherCalls(undefined, { signal });
        since = performance.now();
      }
    }
  }
}

function* piecesOf(line: string): Generator<Pick<Piece, 'column' | 'text'>> {
  for (let column = 0; ;) {
    if (line.length - column <= MAX_PIECE) return yield { column, text: line.slice(column) };
    // Where a word ends, so that half a path is not taken for one.
    const space = line.lastIndexOf(' ', column + MAX_PIECE);
    const end = space > column + MAX_PIECE - OVERLAP ? space : column + MAX_PIECE;
    yield { column, text: line.slice(column, end) };
    const next = line.indexOf(' ', end - OVERLAP);
    column = next === -1 || next >= end ? end - OVERLAP : next;
  }
}
