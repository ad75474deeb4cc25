import { dnsLabel } from '../../crds/text.ts';
import { Failure } from '../../core/failure.ts';
import { homeFolder, homePaths } from '../../core/home.ts';
import type { ImportOptions } from '../commands/import.ts';
import { print } from '../output/format.ts';
import type { ImportedServer } from './finish-draft.ts';
import { importServers, type Imported, type ImportNote } from './import-servers.ts';
import { readSources } from './read-sources.ts';
import { writeManifests } from './write-manifests.ts';
import { writeSecrets } from './write-secrets.ts';

/** Prints the McpServers that files of other systems describe, or writes them. Throws `partly_imported` where some cannot be one. */
export async function runImport(paths: readonly string[], options: ImportOptions): Promise<void> {
  const { to, force = false, name, namespace, output } = options;
  checkFlags(options);
  const imported = importServers(await readSources(paths), { name, namespace });
  const { servers, notes } = imported;
  if (output !== 'json' && output !== 'yaml') process.stderr.write(notes.map(lineOf).join(''));
  if (servers.length === 0) throw nothingImported(imported);

  const files = to === undefined ? [] : await writeManifests(to, servers, force);
  await print(output, {
    value: { servers: servers.map(({ manifest }) => manifest), notes, ...(to !== undefined && { files }) },
    names: servers.map(({ manifest }) => manifest.metadata.name),
    people: () => (to === undefined ? stream(servers) : files.map((file) => `${file}\n`).join('')),
  });
  if (options.secrets === 'laptop') await tellSecrets(options, servers);
  if (imported.refused.length > 0) throw partlyImported(imported);
}

const stream = (servers: readonly ImportedServer[]): string => servers.map(({ text }) => text).join('---\n');

const lineOf = ({ server, field, message }: ImportNote): string => `${server}: ${field}: ${message}.\n`;

async function tellSecrets({ home, force = false }: ImportOptions, servers: readonly ImportedServer[]): Promise<void> {
  const { written, kept } = await writeSecrets(homePaths(homeFolder(home)), servers, force);
  for (const path of written) process.stderr.write(`wrote ${path}\n`);
  for (const path of kept) process.stderr.write(`kept ${path}, which was there; --force writes it anew\n`);
}

function checkFlags({ to, force, namespace, secrets }: ImportOptions): void {
  if (force === true && to === undefined && secrets === undefined) {
    throw new Failure('usage', '--force is for what --to or --secrets writes: say where.');
  }
  if (namespace !== undefined && !dnsLabel().safeParse(namespace).success) {
    throw new Failure('usage', 'A namespace is lower-case letters, digits and -; for example team-a.');
  }
}

const nothingImported = ({ refused, notes }: Imported): Failure => {
  const reasons = notes.filter(({ server }) => refused.includes(server)).slice(0, 3);
  return new Failure(
    'nothing_imported',
    `No server could be imported. ${reasons.map(lineOf).join(' ').replaceAll('\n', '')}`,
  );
};

const partlyImported = ({ refused }: Imported): Failure =>
  new Failure(
    'partly_imported',
    `Not imported: ${refused.join(', ')}. The lines above say why; correct the original and import it again.`,
  );
