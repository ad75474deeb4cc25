import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../crds/problem.ts';
import { lookAtFiles } from '../../crds/sources/manifest-files.ts';
import type { ParsedManifest } from '../../crds/validate.ts';

export interface FoundServers {
  /** By name. */
  readonly servers: readonly ParsedManifest[];
  /** Of manifests that cannot be read. */
  readonly problems: readonly Problem[];
}

/** A folder of projects has tens; each costs a look. */
const MAX_SUBFOLDERS = 500;

/** The McpServers in a folder and in the folders directly in it, where `mooring new server` writes them. */
export async function foundServers(folder: string): Promise<FoundServers> {
  const { files, problems } = await lookAtFiles([folder, ...(await subfolders(folder))], new Map());
  const parsed = [...files.values()].map((look) => look.parsed);
  // What names no object is YAML of something else: of compose, of a CI.
  const broken = parsed.flatMap((file) => file.broken).filter(({ name }) => name !== undefined);
  return {
    servers: parsed.flatMap((file) => file.manifests).sort((a, b) => nameOf(a).localeCompare(nameOf(b))),
    problems: [...problems, ...broken.flatMap((each) => each.problems)],
  };
}

const nameOf = ({ manifest }: ParsedManifest): string => manifest.metadata.name;

async function subfolders(folder: string): Promise<readonly string[]> {
  // What is wrong with the folder itself is told by who reads it.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map((entry) => join(folder, entry.name))
    .sort()
    .slice(0, MAX_SUBFOLDERS);
}
