import { formatProblem, type Problem } from '../crds/problem.ts';
import type { McpServer } from '../crds/mcpserver.ts';
import type { Acceptance } from './acceptance.ts';
import type { Cause } from './cause.ts';
import { readyOf, type Finding } from './conditions.ts';
import type { Observation } from './platform.ts';
import type { Answer } from './probe.ts';
import { rulesWithoutTool } from './rules-without-tool.ts';

/** Everything that is known of one server now. */
export interface Sight {
  readonly server: McpServer;
  readonly acceptance: Acceptance;
  readonly observation: Observation;
  /** What the copy that the manifest asks for has answered. */
  readonly answer: Answer | undefined;
  /** What the copy that serves has answered; in peace the same. */
  readonly servingAnswer: Answer | undefined;
  /** Of the newest edit, where that is not valid and the one before it holds. */
  readonly problems: readonly Problem[];
  readonly exposure: string;
}

/** What to say of a server. The same sight always gives the same words. */
export function findings(sight: Sight): readonly Finding[] {
  const accepted: Finding = {
    type: 'Accepted',
    status: sight.acceptance.accepted ? 'True' : 'False',
    reason: sight.acceptance.reason,
    message: sight.acceptance.message,
  };
  const available = availability(sight);
  const verified = verification(sight);
  return [accepted, available, verified, readyOf(accepted, verified, arrival(available, sight)), ...progress(sight)];
}

/** Why the manifest has not become true, as far as anybody knows. */
export function causeOf({ acceptance, observation, answer }: Sight): Cause | undefined {
  if (!acceptance.accepted || acceptance.idle) return acceptance;
  if (acceptance.refusedEdit) return acceptance.refusedEdit;
  if (answer?.kind === 'answered' && observation.serving?.id === observation.wanted?.id) return undefined;
  // What a copy says that runs is newer than how the one before it ended, but only a verdict outweighs it.
  return answer?.kind === 'failed' ? answer.cause : observation.trouble;
}

function availability(sight: Sight): Finding {
  const { server, acceptance, observation, answer, servingAnswer } = sight;
  const { serving, wanted } = observation;
  const type = 'Available';
  if (!serving) return unmet(type, sight, 'False');
  if (servingAnswer?.kind === 'failed' && !servingAnswer.listening) {
    return { type, status: 'False', reason: servingAnswer.cause.reason, message: servingAnswer.cause.message };
  }
  if (acceptance.refusedEdit) {
    const message = `Generation ${serving.generation} serves on: generation ${server.metadata.generation} cannot be taken on.`;
    return { type, status: 'True', reason: 'PreviousServes', message };
  }
  if (serving.id === wanted?.id) {
    return { type, status: 'True', reason: 'Serving', message: 'Calls go to the running server.' };
  }
  const until = answer?.kind === 'answered' ? 'takes its place' : 'has answered MCP';
  const message = `Generation ${serving.generation} serves on until generation ${server.metadata.generation} ${until}.`;
  return { type, status: 'True', reason: 'PreviousServes', message };
}

/** What takes calls counts for Ready only where it is what the manifest asks for. */
function arrival(available: Finding, sight: Sight): Finding {
  return available.reason === 'PreviousServes' ? unmet('Available', sight, 'Unknown', available) : available;
}

function verification(sight: Sight): Finding {
  const { answer, exposure, server: manifest } = sight;
  const type = 'Verified';
  if (answer?.kind !== 'answered') return unmet(type, sight, 'Unknown');
  const { server, answersStrangers } = answer.discovery;
  const who = [server.name, server.version].filter(Boolean).join(' ') || 'a server without a name';
  const message = `It answered MCP (${server.protocolVersions.join(', ')}) as ${who}.${answersStrangers ? ` ${exposure}` : ''}`;
  const idle = rulesWithoutTool(manifest, answer.discovery);
  if (idle !== undefined) return { type, status: 'True', reason: 'RuleWithoutTool', message: `${idle} ${message}` };
  return { type, status: 'True', reason: 'AnsweredMcp', message };
}

const STARTED: Cause = { reason: 'Starting', message: 'It has been started and has not answered MCP yet.' };

/** Not True: False for a reason, or `undecided` while it is on its way. */
function unmet(type: Finding['type'], sight: Sight, undecided: Finding['status'], why = STARTED): Finding {
  const cause = causeOf(sight);
  if (!cause) return { type, status: undecided, reason: why.reason, message: why.message };
  return { type, status: 'False', reason: cause.reason, message: cause.message };
}

/** kstatus: under way, or stuck until a person acts. Both are only there while they are true. */
function progress(sight: Sight): readonly Finding[] {
  const { problems, answer, observation } = sight;
  const cause = causeOf(sight);
  if (problems.length > 0) {
    const list = problems.map(formatProblem).join('\n');
    const message = `The newest edit is not valid, so the manifest before it holds. Correct:\n${list}`;
    return [{ type: 'Stalled', status: 'True', reason: 'InvalidManifest', message }];
  }
  if (cause?.stalled) return [{ type: 'Stalled', status: 'True', reason: cause.reason, message: cause.message }];
  const hasAnswered = answer?.kind === 'answered';
  if (cause?.idle || (hasAnswered && !cause && observation.progress === undefined)) return [];
  const message = cause?.message ?? (hasAnswered ? observation.progress : undefined) ?? STARTED.message;
  return [{ type: 'Reconciling', status: 'True', reason: 'Progressing', message }];
}
