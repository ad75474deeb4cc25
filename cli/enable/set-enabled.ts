import { Failure } from '../../core/failure.ts';
import { capability } from '../places/capability.ts';
import { findServer } from '../places/find-server.ts';
import type { Place } from '../places/place.ts';
import { digestOf } from '../sync/digest.ts';
import { keyOf, type Entry } from '../sync/side.ts';

/**
 * Switches one server on or off in its manifest: the file that `mooring up` follows, or the object of a cluster, guarded by what was read.
 * Answers whether that changed anything. Throws `unknown_server`, `ambiguous_name`, `held`, `changed_meanwhile`, `cannot_edit`, `wrong_place`.
 */
export async function setEnabled(place: Place, wanted: string, enabled: boolean): Promise<Switched> {
  const manifests = capability(place, 'manifests');
  const { metadata } = await findServer(place, wanted);
  const key = { namespace: metadata.namespace ?? manifests.namespace, name: metadata.name };
  const entry = (await manifests.list(new Set([key.namespace]))).find(
    (one) => keyOf(one.manifest.metadata) === keyOf(key),
  );
  if (!entry) throw new Failure('unknown_server', `${keyOf(key)} has no manifest in ${manifests.label} any more.`);
  const { manifest, isScaled, hold } = entry;
  const told = { server: keyOf(key), enabled };
  if (manifest.spec.enabled === enabled) return { ...told, changed: false };
  if (hold !== undefined)
    throw new Failure('held', `${keyOf(key)} ${hold}: switch it where it comes from.`, { status: 409 });
  const next = switched(entry, enabled);
  await manifests.apply(
    {
      ...key,
      expected: digestOf(manifest, isScaled),
      wanted: { manifest: next, digest: digestOf(next, isScaled) },
    },
    { dryRun: false },
  );
  return { ...told, changed: true };
}

export interface Switched {
  /** `namespace/name`. */
  readonly server: string;
  readonly enabled: boolean;
  /** False where it was so before. */
  readonly changed: boolean;
}

const switched = ({ manifest }: Entry, enabled: boolean): Entry['manifest'] => ({
  ...manifest,
  spec: { ...manifest.spec, enabled },
});
