import { nearestName } from '../../crds/nearest-name.ts';
import { isTrue } from '../../crds/condition-of.ts';
import { Failure } from '../../core/failure.ts';
import { hasLostName } from './command-for.ts';
import type { Place, ServerView } from './place.ts';

/** The server that a person means by `name` or `namespace/name`. Throws `unknown_server`, naming the nearest, or `ambiguous_name`. */
export async function findServer(place: Place, wanted: string): Promise<ServerView> {
  const { servers } = await place.list();
  const [name = '', namespace] = wanted.split('/').reverse();
  const found = servers.filter(
    ({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
  );
  const [first, ...others] = meant(found);
  if (!first) throw unknownServer(place, wanted, servers);
  if (others.length > 0) {
    const names = found.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
    throw new Failure('ambiguous_name', `Several servers are called ${name}. Say which one: ${names}.`);
  }
  return first;
}

/**
 * Of several with one name, the one that has it: calls go there. Whoever may create a server must not take the name from those who use it by giving it
 * to theirs.
 */
function meant(found: readonly ServerView[]): readonly ServerView[] {
  const accepted = found.filter(({ status }) => isTrue(status, 'Accepted'));
  if (accepted.length === 1) return accepted;
  const rest = found.filter((server) => !hasLostName(server));
  return rest.length === 1 ? rest : found;
}

function unknownServer(place: Place, wanted: string, servers: readonly ServerView[]): Failure {
  const names = servers.map(({ metadata }) => metadata.name);
  const nearest = nearestName(wanted, names);
  const where = place.namespace === undefined ? place.label : `namespace ${place.namespace} of ${place.label}`;
  const hint = nearest === undefined ? '`mooring list` shows what is there.' : `Did you mean ${nearest}?`;
  const at = place.kind === 'laptop' ? 'on' : 'in';
  return new Failure('unknown_server', `There is no server "${wanted}" ${at} ${where}. ${hint}`);
}
