import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatProblem, type Problem } from '../crds/problem.ts';
import { parseManifests } from '../crds/validate.ts';
import { Failure } from '../core/failure.ts';
import { manifestFolders } from './manifest-folders.ts';

/** Checks files, and the YAML files of folders; prints every problem. Throws `invalid_manifests` where there is one. */
export async function validate(paths: readonly string[]): Promise<void> {
  const files = (await Promise.all(manifestFolders(paths).map(yamlFiles))).flat();
  const problems: Problem[] = [];
  let valid = 0;
  for (const file of files) {
    const parsed = parseManifests(await readFile(file, 'utf8'), file);
    valid += parsed.manifests.length;
    problems.push(...parsed.problems);
  }
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  process.stdout.write(`${valid} valid, ${problems.length} problems in ${files.length} files\n`);
  if (problems.length > 0) throw new Failure('invalid_manifests', 'Correct the lines above.');
}

async function yamlFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path);
    return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(path, name));
  } catch (cause) {
    throw new Failure('file_unreadable', `${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
