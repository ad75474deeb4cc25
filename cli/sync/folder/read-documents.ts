import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { formatProblem, printable } from '../../../crds/problem.ts';
import { lookAtFiles, type FileLook } from '../../../crds/sources/manifest-files.ts';
import { splitYaml } from '../../../crds/split-yaml.ts';
import { parseManifests } from '../../../crds/validate.ts';
import { yamlDocuments } from '../../../crds/yaml-documents.ts';
import { isObject } from '../../../crds/path-pattern.ts';
import { Failure } from '../../../core/failure.ts';
import { comparable } from '../digest.ts';
import { keyOf, type Entry } from '../side.ts';

/** A manifest in its file. */
export interface FolderDocument {
  readonly entry: Entry;
  readonly file: string;
  /** The file, cut into documents; joined they are its text. */
  readonly pieces: readonly string[];
  /** Which of them it is. */
  readonly index: number;
  /** The document as it was written, without defaults. */
  readonly written: unknown;
}

export type Looks = ReadonlyMap<string, FileLook>;

/** A file that is written again and again while it is read. */
const TRIES = 5;

/** More than anybody reads at once. */
const MAX_TOLD = 10;

/**
 * Every manifest of folders and files, by `namespace/name`. What is not there is empty. Throws `invalid_manifests` where anything cannot be read, for
 * that may be any server, and `duplicate_server`.
 */
export async function readDocuments(
  paths: readonly string[],
  namespace: string,
  known: Looks = new Map(),
): Promise<{ documents: ReadonlyMap<string, FolderDocument>; looks: Looks }> {
  const { files, problems: unread } = await lookAtFiles(
    paths.filter((path) => existsSync(path)),
    known,
  );
  const problems = [...unread, ...[...files.values()].flatMap(({ parsed }) => parsed.problems)];
  if (problems.length > 0) {
    const lines = problems.slice(0, MAX_TOLD).map((problem) => `\n  ${formatProblem(problem)}`);
    throw new Failure(
      'invalid_manifests',
      `These have to be put right first, and nothing was changed:${lines.join('')}`,
      { status: 422 },
    );
  }
  const documents = new Map<string, FolderDocument>();
  for (const [file, look] of files) {
    for (const document of await documentsOf(file, look, namespace)) {
      const key = keyOf(document.entry.manifest.metadata);
      const other = documents.get(key);
      if (other) throw duplicate(key, other, document);
      documents.set(key, document);
    }
  }
  return { documents, looks: files };
}

async function documentsOf(file: string, look: FileLook, namespace: string): Promise<FolderDocument[]> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const text = await readFile(file, 'utf8');
    if (hash('sha256', text) === look.digest) return documentsIn(text, file, look, namespace);
    const again = await lookAtFiles([file], new Map());
    const next = again.files.get(file);
    if (!next || next.parsed.problems.length > 0) break;
    look = next;
  }
  throw new Failure(
    'changed_meanwhile',
    `${printable(file)} is being written by somebody else. Try again when that is done.`,
    { status: 409 },
  );
}

function documentsIn(text: string, file: string, { stamp }: FileLook, namespace: string): FolderDocument[] {
  const pieces = splitYaml(text);
  let line = 0;
  return pieces.flatMap((piece, index) => {
    const {
      manifests: [parsed],
    } = parseManifests(piece, file);
    const origin = { file, line: line + (parsed?.line ?? 1) };
    line += piece.split('\n').length - 1;
    if (!parsed) return [];
    const [{ value: written } = {}] = yamlDocuments(piece);
    const { manifest } = parsed;
    const metadata = { ...manifest.metadata, ...(!hasField(written, 'metadata', 'namespace') && { namespace }) };
    const entry: Entry = {
      manifest: comparable({ ...manifest, metadata }),
      isScaled: hasField(written, 'spec', 'replicas'),
      version: stamp,
      origin,
      text: piece,
    };
    return [{ entry, file, pieces, index, written }];
  });
}

function hasField(value: unknown, parent: string, field: string): boolean {
  const fields = isObject(value) ? value[parent] : undefined;
  return isObject(fields) && fields[field] !== undefined;
}

const placeOf = ({ entry: { origin } }: FolderDocument): string => `${printable(origin?.file ?? '')}:${origin?.line}`;

const duplicate = (key: string, one: FolderDocument, other: FolderDocument): Failure =>
  new Failure('duplicate_server', `${key} is there twice: ${placeOf(one)} and ${placeOf(other)}. Remove one of them.`, {
    status: 409,
  });
