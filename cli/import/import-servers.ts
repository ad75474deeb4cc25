import { printable } from '../../crds/problem.ts';
import { MAX_DOCUMENTS } from '../../crds/validate.ts';
import { Failure } from '../../core/failure.ts';
import { newDraft, note } from './draft.ts';
import { finishDraft, type ImportedServer } from './finish-draft.ts';
import type { FoundServer } from './format.ts';
import { findServers } from './formats.ts';
import { isLegalName, legalName } from './legal-name.ts';
import { NotCarriedOver } from './not-carried-over.ts';
import { parseSource, type SourceValue } from './parse-source.ts';
import type { SourceText } from './read-sources.ts';

/** What an import says of one server; never a value that may be secret. */
export interface ImportNote {
  readonly server: string;
  readonly field: string;
  readonly message: string;
}

export interface Imported {
  readonly servers: readonly ImportedServer[];
  readonly notes: readonly ImportNote[];
  /** Names of servers that could not be carried over; their notes say why. */
  readonly refused: readonly string[];
}

export interface ImportChoice {
  /** The name of the one server that there is. */
  readonly name?: string | undefined;
  /** The namespace of all of them. */
  readonly namespace?: string | undefined;
}

/** The McpServers that texts of other systems describe. Throws a Failure where a text is of no known format, or asks for too much. */
export function importServers(sources: readonly SourceText[], { name, namespace }: ImportChoice = {}): Imported {
  const notes: ImportNote[] = [];
  const found = findServers(sources.flatMap((source) => valuesOf(source, notes)));
  if (found.length > MAX_DOCUMENTS) {
    throw new Failure('too_many', `These are more than ${MAX_DOCUMENTS} servers. Import a part of them.`);
  }
  if (name !== undefined) checkChosenName(name, found);
  const taken = new Set<string>();
  const servers: ImportedServer[] = [];
  const refused: string[] = [];
  for (const server of found) {
    const ours = name ?? legalName(server.name, taken);
    taken.add(ours);
    try {
      const imported = convert(server, ours, namespace);
      servers.push(imported);
      notes.push(...imported.notes.map(({ field, message }) => ({ server: ours, field, message })));
    } catch (error) {
      if (!(error instanceof NotCarriedOver)) throw error;
      refused.push(ours);
      notes.push({ server: ours, field: error.field, message: `${error.message}. The server was not imported` });
    }
  }
  return { servers, notes, refused };
}

/** Folders hold templates (Helm's, for example) among what can be read: those are told of and passed over. */
function valuesOf(source: SourceText, notes: ImportNote[]): SourceValue[] {
  try {
    return parseSource(source);
  } catch (error) {
    if (source.isNamed || !(error instanceof Failure) || error.code !== 'unreadable') throw error;
    notes.push({ server: printable(source.file), field: 'skipped', message: error.message.replace(/\.$/, '') });
    return [];
  }
}

function convert(server: FoundServer, name: string, chosen: string | undefined): ImportedServer {
  const { labels } = server;
  const draft = newDraft({ name, namespace: chosen ?? server.namespace, labels });
  if (name !== server.name) note(draft, 'name', `was ${printable(server.name)}`, ['metadata', 'name']);
  server.convert(draft);
  return finishDraft(draft);
}

function checkChosenName(name: string, found: readonly FoundServer[]): void {
  if (!isLegalName(name)) {
    throw new Failure(
      'usage',
      '--name takes up to 63 lower-case letters, digits and -, with a letter first; for example notes.',
    );
  }
  if (found.length > 1) {
    throw new Failure(
      'usage',
      `--name is for one server, and these are ${found.length}: ${found
        .map((each) => printable(each.name))
        .slice(0, 5)
        .join(', ')}.`,
    );
  }
}
