import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import type { Cause } from './cause.ts';
import type { Review } from './platform.ts';

/** Whether a manifest is taken on, and what its author should know about that. */
export interface Acceptance extends Cause {
  readonly accepted: boolean;
  /** Why an edit is not taken on while what was asked for before runs on. */
  readonly refusedEdit?: Cause;
}

export interface AcceptanceContext {
  /** Whom its public name belongs to. */
  readonly holder: McpServer;
  readonly review: Review;
  /** What an earlier manifest asked for is there, and stays until this one can be taken on. */
  readonly runsOn?: boolean;
}

type Check = (server: McpServer, context: AcceptanceContext) => Acceptance | undefined;

/** In this order; the first that has something to say decides. */
const CHECKS: readonly Check[] = [
  nameTaken, // who comes first keeps the name
  cannotRunHere, // fields that are not supported yet, or that are missing here
  switchedOff, // `enabled: false` is accepted, and nothing runs
  partlyApplied, // fields that do nothing here
];

export function accept(server: McpServer, context: AcceptanceContext): Acceptance {
  for (const check of CHECKS) {
    const found = check(server, context);
    if (found) return found.accepted ? { ...found, message: `${found.message}${openness(server)}` } : found;
  }
  return { accepted: true, reason: 'Accepted', message: `The manifest is valid and taken on.${openness(server)}` };
}

function nameTaken(server: McpServer, { holder }: AcceptanceContext): Acceptance | undefined {
  if (holder.metadata.uid === server.metadata.uid) return undefined;
  const { name, creationTimestamp } = holder.metadata;
  const place = holder.origin ? ` (${holder.origin.file}:${holder.origin.line})` : '';
  return {
    accepted: false,
    reason: 'NameTaken',
    message:
      `The public name "${name}" belongs to ${qualifiedName(holder)}${place}, which has it since ${creationTimestamp}. ` +
      'Give this server another metadata.name, or remove the other one: then this one takes over at once.',
    stalled: true,
  };
}

function cannotRunHere(_server: McpServer, { review, runsOn }: AcceptanceContext): Acceptance | undefined {
  return review.refusal && (runsOn ? previousHolds(review.refusal) : refused(review.refusal));
}

function switchedOff({ spec }: McpServer): Acceptance | undefined {
  if (spec.enabled) return undefined;
  return {
    accepted: true,
    reason: 'Disabled',
    message: 'Switched off by spec.enabled: false. Nothing runs, and the endpoint is hidden.',
    idle: true,
  };
}

function partlyApplied(_server: McpServer, { review }: AcceptanceContext): Acceptance | undefined {
  if (review.withoutEffect.length === 0) return undefined;
  return {
    accepted: true,
    reason: 'PartlyApplied',
    message: `The manifest is valid and taken on; without effect here: ${review.withoutEffect.join(', ')}.`,
  };
}

/** A person must act. */
export const refused = (cause: Cause): Acceptance => ({ ...cause, accepted: false, stalled: true });

/** The endpoint stays: a mistake in an edit takes nobody's server away. */
const previousHolds = (cause: Cause): Acceptance => ({
  accepted: true,
  reason: 'PreviousHolds',
  message: `The newest edit cannot be taken on, so what was asked for before runs on. ${cause.message}`,
  refusedEdit: { ...cause, stalled: true },
});

const openness = ({ spec }: McpServer): string =>
  spec.oauth.required
    ? ''
    : ' Open to anyone: oauth.required is false, so whoever reaches the gateway can call it without a token.';
