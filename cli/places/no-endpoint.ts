import { conditionOf } from '../../crds/condition-of.ts';
import { Failure } from '../../core/failure.ts';
import { commandFor } from './command-for.ts';
import type { Place, ServerView } from './place.ts';

/** A server that cannot be called yet. */
export function noEndpoint(place: Pick<Place, 'kind'>, server: ServerView): Failure {
  const { metadata, status } = server;
  const reason = conditionOf(status, 'Ready')?.reason ?? 'Pending';
  const message = `${metadata.name} has no URL yet (${reason}): \`${commandFor({ place, server }, 'show')}\` says why.`;
  return new Failure('no_endpoint', message);
}
