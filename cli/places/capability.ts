import { Failure } from '../../core/failure.ts';
import type { Place } from './place.ts';

type Capability = 'runs' | 'logs' | 'manifests';

/** What a person would call it, and where it can be had. */
const NEEDS: Readonly<Record<Capability, string>> = {
  runs: 'What runs behind a server is seen',
  logs: 'The output of a server is read',
  manifests: 'Manifests are compared and changed',
};

/** What this place can do beside listing and calling. Throws `wrong_place`, naming the places that can. */
export function capability<Name extends Capability>(place: Place, name: Name): NonNullable<Place[Name]> {
  const found = place[name];
  if (found) return found;
  throw new Failure(
    'wrong_place',
    `${NEEDS[name]} where it runs, and ${place.label} is only the way in. ` +
      'On its machine leave out --gateway; for its cluster give --context.',
  );
}
