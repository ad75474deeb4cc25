import type { ServerRun } from '../../places/server-runs.ts';
import type { Check } from '../check.ts';
import { toldBreak } from '../trouble.ts';

/** It runs: a process on a laptop, pods on a cluster. */
export const process: Check = async (subject) => {
  const { server, place } = subject;
  const told = toldBreak(subject, 'process');
  if (told) return told;
  const { kind } = place;
  if (kind === 'gateway') return undefined;
  if (server.spec.remote) return { detail: 'runs elsewhere' };
  const runs = await subject.runs();
  if (runs && runs.length > 0) return { detail: runs.map((run) => nameOf(run, kind)).join(', ') };
  return { detail: 'runs' };
};

const nameOf = ({ id, restarts }: ServerRun, kind: 'laptop' | 'cluster'): string =>
  `${kind === 'laptop' ? 'process' : 'pod'} ${id}${restarts > 0 ? ` (started again ${restarts} times)` : ''}`;
