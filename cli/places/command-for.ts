import { conditionOf } from '../../crds/condition-of.ts';
import type { Place, ServerView } from './place.ts';

interface Meant {
  readonly place: Pick<Place, 'kind'>;
  readonly server: Pick<ServerView, 'metadata' | 'status'>;
}

/** A command of ours for this server, to be copied: `mooring logs weather -n tools`. */
export function commandFor({ place, server }: Meant, command: string): string {
  const { name, namespace } = server.metadata;
  if (namespace === undefined) return `mooring ${command} ${name}`;
  if (place.kind === 'cluster') return `mooring ${command} ${name} -n ${namespace}`;
  // The name alone means the server that has it.
  return `mooring ${command} ${hasLostName(server) ? `${namespace}/${name}` : name}`;
}

/** Whether an older server of another namespace has the name (operator/acceptance.ts). */
export const hasLostName = ({ status }: Pick<ServerView, 'status'>): boolean =>
  conditionOf(status, 'Accepted')?.reason === 'NameTaken';
