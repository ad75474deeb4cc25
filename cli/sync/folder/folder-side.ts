import { access, constants, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { editYaml } from '../../../crds/edit-yaml.ts';
import type { McpServerManifest } from '../../../crds/mcpserver.ts';
import { formatProblem, printable } from '../../../crds/problem.ts';
import { lookAtFiles } from '../../../crds/sources/manifest-files.ts';
import { MAX_FILE_BYTES, parseManifests } from '../../../crds/validate.ts';
import { rewritten, writtenManifest } from '../../../crds/written-manifest.ts';
import { yamlDocuments } from '../../../crds/yaml-documents.ts';
import { Failure } from '../../../core/failure.ts';
import { makeFolder } from '../../../core/make-folder.ts';
import { changedMeanwhile } from '../changed-meanwhile.ts';
import { comparable, isDigestOf, isScaledDigest } from '../digest.ts';
import { keyOf, type Edit, type Side, type Wanted } from '../side.ts';
import { readDocuments, type FolderDocument, type Looks } from './read-documents.ts';
import { createFile, removeFile, replaceFile, writeFailure } from './write-file.ts';

export interface FolderSideOptions {
  readonly label: string;
  /** Folders and files of manifests; new servers go into the first folder, else into the first file. */
  readonly paths: readonly string[];
  /** The namespace of manifests that name none. */
  readonly namespace: string;
}

/** Manifests in files: what a person reads and edits, so everything that does not have to change stays as it was written. */
export function openFolderSide({ label, paths, namespace }: FolderSideOptions): Side {
  let looks: Looks = new Map();

  async function read(): Promise<ReadonlyMap<string, FolderDocument>> {
    const found = await readDocuments(paths, namespace, looks);
    looks = found.looks;
    return found.documents;
  }

  async function create(edit: Edit, wanted: Wanted, dryRun: boolean): Promise<void> {
    const text = newDocument(wanted);
    const [problem] = parseManifests(text, `${edit.name}.yaml`).problems;
    if (problem) throw new Failure('invalid_manifests', `${formatProblem(problem)}.`, { status: 422 });
    const home = await homeOfNew(paths);
    if (dryRun) return expectWritable(home.path);
    if (home.isFile) return append(home.path, text);
    await makeFolder(home.path);
    for (const name of namesFor(edit)) if (await createFile(join(home.path, name), text)) return;
    throw new Failure(
      'name_taken',
      `${printable(home.path)} has files of every name that ${keyOf(edit)} could have. Rename one.`,
      { status: 409 },
    );
  }

  return {
    label,
    list: async () => [...(await read()).values()].map(({ entry }) => entry),
    async apply(edit, { dryRun }) {
      const found = (await read()).get(keyOf(edit));
      const { expected, wanted } = edit;
      const isExpected = found
        ? expected !== undefined && isDigestOf(expected, found.entry.manifest)
        : expected === undefined;
      if (!isExpected) throw changedMeanwhile(keyOf(edit), label);
      try {
        if (!found) return wanted && (await create(edit, wanted, dryRun));
        const text = wanted ? edited(found, wanted) : removed(found);
        if (dryRun) return await expectWritable(found.file);
        await expectSame(found);
        await (text === undefined ? removeFile(found.file) : replaceFile(found.file, text));
      } catch (error) {
        throw writeFailure(printable(found?.file ?? paths[0] ?? label), error);
      }
    },
  };
}

/** The file with this document saying something else. */
function edited({ entry, file, pieces, index, written }: FolderDocument, { manifest, digest }: Wanted): string {
  const { replicas } = entry.manifest.spec;
  // What the file says of replicas is its own where it does not count.
  const wanted = isScaledDigest(digest) ? manifest : { ...manifest, spec: { ...manifest.spec, replicas } };
  const piece = editYaml(pieces[index] ?? '', asFields(rewritten(written, entry.manifest, plain(wanted))));
  const text = piece && pieces.with(index, piece).join('');
  const isSound =
    text !== undefined && parseManifests(text, file).problems.length === 0 && Buffer.byteLength(text) <= MAX_FILE_BYTES;
  if (isSound) return text;
  throw new Failure(
    'cannot_edit',
    `${printable(file)}:${entry.origin?.line} cannot be changed without changing more than that (its anchors and aliases, perhaps). ` +
      'Change it by hand, as `mooring diff` shows.',
    { status: 422 },
  );
}

/** The file without this document; undefined where nothing else is in it. */
function removed({ pieces, index }: FolderDocument): string | undefined {
  const rest = pieces.toSpliced(index, 1).join('');
  return rest.replaceAll(/^(?:---|\.\.\.)\s*$/gm, '').trim() === '' ? undefined : rest;
}

/** As it was written elsewhere, with its comments; else as a person would write it. */
function newDocument({ manifest, text }: Wanted): string {
  const copied = text !== undefined && Buffer.byteLength(text) <= MAX_FILE_BYTES ? copyOf(text, manifest) : undefined;
  return copied ?? stringify(writtenManifest(manifest), { lineWidth: 0 });
}

function copyOf(text: string, manifest: McpServerManifest): string | undefined {
  const {
    manifests: [parsed],
  } = parseManifests(text, '');
  const [document] = yamlDocuments(text);
  if (!parsed || !document) return undefined;
  const copy = editYaml(text, asFields(rewritten(document.value, comparable(parsed.manifest), plain(manifest))));
  return copy?.replace(/^---\s*\n/, '').replace(/(?<!\n)$/, '\n');
}

async function homeOfNew(paths: readonly string[]): Promise<{ path: string; isFile: boolean }> {
  for (const path of paths) {
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile() !== true) return { path, isFile: false };
  }
  return { path: paths[0] ?? '.', isFile: true };
}

async function append(file: string, text: string): Promise<void> {
  const old = await readFile(file, 'utf8');
  await replaceFile(file, `${old}${old === '' || old.endsWith('\n') ? '' : '\n'}---\n${text}`);
}

/** Names with the namespace in front are for servers of one name in several namespaces. */
const namesFor = ({ namespace, name }: Edit): string[] => [
  `${name}.yaml`,
  `${namespace}.${name}.yaml`,
  `${namespace}.${name}.mcpserver.yaml`,
];

/** Throws what writing would throw, of what can be told in advance: files are written beside the old ones. */
async function expectWritable(path: string): Promise<void> {
  const real = await realpath(path).catch(() => undefined);
  const isFolder = real !== undefined && (await stat(real)).isDirectory();
  // A folder that is not there is made in the next one above that is.
  if (real === undefined) return path === dirname(path) ? undefined : expectWritable(dirname(path));
  await access(isFolder ? real : dirname(real), constants.W_OK);
}

/** Just before a file is written: that nobody has written it since it was read. */
async function expectSame({ file, entry }: FolderDocument): Promise<void> {
  const { files } = await lookAtFiles([file], new Map());
  if (files.get(file)?.stamp !== entry.version) throw changedMeanwhile(keyOf(entry.manifest.metadata), printable(file));
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const asFields = (value: unknown) => value as Readonly<Record<string, unknown>>;
