import { conditionOf, isTrue } from '../../../crds/condition-of.ts';
import { nearestName } from '../../../crds/nearest-name.ts';
import { printable } from '../../../crds/problem.ts';
import type { Check } from '../check.ts';
import { broken } from '../link.ts';
import { commandFor } from '../../places/command-for.ts';
import { toldBreak } from '../trouble.ts';

/** It has the tools that are meant: the one that is asked for, and those that rules name. */
export const tools: Check = (subject) => {
  const { server, wanted, place } = subject;
  const told = toldBreak(subject, 'tools');
  if (told) return told;
  const { tools: known, toolCount } = server.status ?? {};
  const names = known?.map(({ name }) => name);
  const isWhole = names !== undefined && (toolCount === undefined || toolCount === names.length);
  if (wanted.tool !== undefined && isWhole && !names.includes(wanted.tool)) {
    const nearest = nearestName(wanted.tool, names);
    return broken(
      'ToolMissing',
      `The server has no tool "${printable(wanted.tool)}"; it has ${names.map(printable).join(', ') || 'none'}.`,
      nearest === undefined
        ? `\`${commandFor(subject, 'tools')}\` lists its tools.`
        : `Did you mean ${printable(nearest)}?`,
    );
  }
  const verified = conditionOf(server.status, 'Verified');
  if (verified?.reason === 'RuleWithoutTool') {
    return {
      cause: verified.reason,
      message: verified.message,
      fix: 'Correct spec.oauth.tools in the manifest: a rule for a tool that is not there protects nothing.',
    };
  }
  const count = toolCount ?? names?.length;
  if (count === undefined)
    return isTrue(server.status, 'Ready') && place.kind !== 'gateway' ? { detail: 'not listed' } : undefined;
  return { detail: `${count} ${count === 1 ? 'tool' : 'tools'}` };
};
