import type { Verdict } from './link.ts';
import type { Subject } from './subject.ts';

/** Looks at one link of one server; undefined where the server has no such link, or where the place does not show it. Throws nothing but defects. */
export type Check = (subject: Subject, signal: AbortSignal) => Promise<Verdict | undefined> | Verdict | undefined;
