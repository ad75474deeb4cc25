import type { Digest } from './digest.ts';
import type { Entry } from './side.ts';

/** What is remembered of one server: what both sides agreed on last, or a write that was begun and of whose end nothing is known. */
export type Remembered = { readonly agreed: Digest } | { readonly intent: Intent };

export interface Intent {
  /** The side that is written. */
  readonly side: 'folder' | 'place';
  /** What both agreed on before; null: nothing is known. */
  readonly before: Digest | null;
  /** Of what is written over; null: nothing is there. */
  readonly version: string | null;
}

/** What both sides agreed on last; undefined: they never did; `unknown`: a sync died, and what it wrote cannot be told from what people wrote since. */
export type Base = Digest | undefined | 'unknown';

export interface Sides {
  readonly folder: Entry | undefined;
  readonly place: Entry | undefined;
}

export function baseOf(remembered: Remembered, sides: Sides): Base {
  if ('agreed' in remembered) return remembered.agreed;
  const { side, before, version } = remembered.intent;
  const written = sides[side];
  // Nobody has written since, so neither did we.
  if ((written?.version ?? null) === version) return before ?? undefined;
  // Where nothing is, nothing can be lost.
  return written ? 'unknown' : undefined;
}
