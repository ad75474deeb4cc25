import { Failure } from '../../core/failure.ts';
import { print, type Format } from '../output/format.ts';
import { harmless } from '../output/harmless.ts';
import { table } from '../output/table.ts';
import { packageVersion } from '../package-folder.ts';
import { inPlace } from '../places/open-place.ts';
import type { PartVersion } from '../places/part-version.ts';
import type { PlaceOptions } from '../places/place-options.ts';

/** What `mooring version -o json` tells. Stable: fields are added, never renamed. */
interface Versions {
  readonly client: { readonly version: string; readonly node: string };
  /** Absent where no place could be asked. */
  readonly place?: { readonly kind: string; readonly label: string; readonly parts: readonly PartVersion[] };
  /** What a person should know: that the place did not answer, that versions differ. */
  readonly notes: readonly string[];
}

/** Writes the versions to stdout; a place that is away is a note. */
export async function showVersions(options: PlaceOptions, format: Format): Promise<void> {
  const client = { version: packageVersion(), node: process.versions.node };
  const asked = await ask(options);
  const place = asked instanceof Failure ? undefined : asked;
  const notes = asked instanceof Failure ? [asked.message] : differences(client.version, asked.parts);
  const value: Versions = { client, ...(place && { place }), notes };
  await print(format, { value, names: [client.version], people: () => versionTable(value) });
  if (format !== 'json' && format !== 'yaml')
    for (const note of notes) process.stderr.write(`mooring: ${harmless(note)}\n`);
}

/** The place with the versions in it, or why there are none. Throws `usage`. */
async function ask(options: PlaceOptions): Promise<NonNullable<Versions['place']> | Failure> {
  try {
    return await inPlace(options, async (place) => {
      const parts = (await place.versions?.()) ?? [{ part: place.kind }];
      return { kind: place.kind, label: place.label, parts };
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'usage') throw error;
    return error;
  }
}

function differences(client: string, parts: readonly PartVersion[]): string[] {
  if (parts.length === 0) return ['No Mooring was found there.'];
  const others = parts.flatMap(({ part, version }) =>
    version === undefined || version === client ? [] : [`${part} ${version}`],
  );
  return others.length === 0
    ? []
    : [
        `This command line is ${client}, and there runs ${others.join(', ')}: what one of them knows the other may not.`,
      ];
}

function versionTable({ client, place }: Versions): string {
  const { label = '', parts = [] } = place ?? {};
  return table([
    ['PART', 'VERSION', 'WHERE'],
    ['command line', client.version, `Node ${client.node}`],
    ...parts.map(({ part, version, namespace }) => [
      part,
      version ?? '-',
      namespace === undefined ? label : `namespace ${namespace} of ${label}`,
    ]),
  ]);
}
