import { conditionOf } from '../../crds/condition-of.ts';
import { Failure } from '../../core/failure.ts';
import { commandFor } from './command-for.ts';
import type { Place, ServerView } from './place.ts';

/** A server that cannot be called, or not yet. */
export function noEndpoint(place: Pick<Place, 'kind'>, server: ServerView): Failure {
  const { metadata, spec, status, origin } = server;
  if (spec.enabled === false) {
    const manifest = origin ? `${origin.file}:${origin.line}` : 'its manifest';
    return new Failure(
      'disabled',
      `${metadata.name} is disabled (spec.enabled: false). To call it, enable it in ${manifest}.`,
    );
  }
  const reason = conditionOf(status, 'Ready')?.reason ?? 'Pending';
  const message = `${metadata.name} has no URL yet (${reason}): \`${commandFor({ place, server }, 'show')}\` says why.`;
  return new Failure('no_endpoint', message);
}
