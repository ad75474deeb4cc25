import type { Cause } from './causes.ts';

/** The links of the chain from a manifest to an answer, in this order. */
export type LinkName =
  | 'manifest'
  | 'accepted'
  | 'program'
  | 'process'
  | 'port'
  | 'mcp'
  | 'tools'
  | 'route'
  | 'clock'
  | 'metadata'
  | 'token'
  | 'scopes'
  | 'call';

/** A link that holds, and what was seen of it. */
export interface Holds {
  readonly detail: string;
}

/** Why a link is broken. */
export interface Break {
  /** One of CAUSES, or a reason of the operator. */
  readonly cause: string;
  readonly message: string;
  /** The next command or edit. */
  readonly fix: string;
}

export type Verdict = Holds | Break;

export interface Finding extends Break {
  readonly link: LinkName;
}

/** A break of a cause of our own. */
export const broken = (cause: Cause, message: string, fix: string): Break => ({ cause, message, fix });

export const isBreak = (verdict: Verdict): verdict is Break => 'cause' in verdict;
