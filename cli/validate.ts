import { formatProblem, printable } from '../crds/problem.ts';
import { lookAtFiles } from '../crds/sources/manifest-files.ts';
import { supportedFields } from '../crds/supported-fields.ts';
import type { ParsedManifest } from '../crds/validate.ts';
import { Failure } from '../core/failure.ts';
import { print, type Format } from './output/format.ts';
import { manifestFolders } from './manifest-folders.ts';

/**
 * Checks files, and the YAML files of folders, as `mooring up` would read them; prints every problem. Throws
 * `invalid_manifests` where there is one. What is valid and yet not started by `mooring up` is noted.
 */
export async function validate(paths: readonly string[], output?: Format): Promise<void> {
  const looked = manifestFolders(paths);
  const { files, problems: unread } = await lookAtFiles(looked, new Map());
  const parsed = [...files.values()].map((look) => look.parsed);
  const problems = [...unread, ...parsed.flatMap((file) => file.problems)];
  const manifests = parsed.flatMap((file) => file.manifests);
  const notes = manifests.flatMap(notesOn);
  await print(output, {
    value: { paths: looked, files: files.size, valid: manifests.length, problems, notes },
    names: manifests.map(({ manifest }) => manifest.metadata.name),
    people: () =>
      [
        ...problems.map(formatProblem),
        ...notes,
        `${manifests.length} valid, ${counted(problems.length, 'problem')} in ${counted(files.size, 'file')} of ${looked.map(printable).join(', ')}`,
      ]
        .map((line) => `${line}\n`)
        .join(''),
  });
  if (problems.length > 0) throw new Failure('invalid_manifests', 'Correct the lines above.');
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function notesOn({ manifest, file, line }: ParsedManifest): string[] {
  const { notSupportedYet } = supportedFields(manifest.spec, 'laptop');
  const at = `${printable(file)}:${line}: note: \`mooring up\` does not start this server`;
  if (notSupportedYet.length > 0) return [`${at}: ${notSupportedYet.join(', ')} is not supported yet`];
  return manifest.spec.binary === undefined && !manifest.spec.remote ? [`${at}: it has no spec.binary`] : [];
}
