import { broken, type Break } from './link.ts';
import { commandFor } from '../places/command-for.ts';
import type { Subject } from './subject.ts';

/** Why no operator has looked at a server, or at its newest edit. */
export async function operatorBreak(subject: Subject, signal: AbortSignal): Promise<Break> {
  const { cluster, server } = subject;
  const namespace = server.metadata.namespace ?? '';
  const again = `run \`${commandFor(subject, 'doctor')}\` again`;
  const operators = await cluster?.deployments('operator', signal);
  if (!operators)
    return broken(
      'NotDiscovered',
      'No operator has looked at its newest edit yet.',
      `Wait some seconds, then ${again}.`,
    );
  if (operators.length === 0) {
    const message = 'The cluster has the definition of McpServers, and no operator of Mooring in any namespace.';
    return broken('NotDiscovered', message, 'Install the chart of Mooring: docs/install-kubernetes.md.');
  }
  const following = operators.filter(({ follows }) => follows === undefined || follows.includes(namespace));
  if (following.length === 0) {
    const followed = operators.flatMap(({ follows }) => follows ?? []).join(', ');
    return broken(
      'NotDiscovered',
      `No operator follows namespace ${namespace}; followed: ${followed}.`,
      `Add ${namespace} to the value watchNamespaces of the chart, or apply the manifest in a namespace that is followed.`,
    );
  }
  const [first] = following;
  if (first && following.every(({ ready }) => ready === 0)) {
    return broken(
      'NotDiscovered',
      `The operator ${first.namespace}/${first.name} does not run: none of its pods is ready.`,
      `\`kubectl -n ${first.namespace} describe pods -l app.kubernetes.io/component=operator\` says why.`,
    );
  }
  const message = 'The operator runs, and has not looked at the newest edit yet.';
  const logs = first ? `\`kubectl -n ${first.namespace} logs deployment/${first.name}\` says what keeps it` : again;
  return broken('NotDiscovered', message, `Wait some seconds, then ${again}; where it stays so, ${logs}.`);
}
