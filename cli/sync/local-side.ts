import { askControl } from '../control/client.ts';
import type { About, ManifestList } from '../control/protocol.ts';
import type { PlaceSide } from './side.ts';

/** The manifests that the `mooring up` of this state folder follows. It writes the files itself: it knows which server came from which. */
export function localSide(home: string, label: string): PlaceSide {
  return {
    label,
    namespace: 'default',
    async identity() {
      const { manifests } = await askControl<About>(home, 'GET', '/v1/about');
      // The files, not the state folder: with other files followed it is another place.
      return `files ${manifests.join(':')}`;
    },
    list: async () => (await askControl<ManifestList>(home, 'GET', '/v1/manifests')).entries,
    async apply({ namespace, name, expected, wanted }, { dryRun }) {
      const path = `/v1/manifests/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
      const query = new URLSearchParams({ ...(dryRun && { dryRun: 'All' }), ...(!wanted && expected && { expected }) });
      const body = wanted && { expected: expected ?? null, wanted };
      await askControl<object>(home, wanted ? 'PUT' : 'DELETE', `${path}?${query.toString()}`, body);
    },
  };
}
