import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import { packageExists } from '../packages/package-exists.ts';
import { packageProblem } from '../packages/package-problem.ts';
import type { PackageRef } from '../packages/package-lookup.ts';

/** Programs that are told of; nobody reads more. */
const MOST_TOLD = 20;

/** The form of a name of a program: one part of a path. */
const PROGRAM = /^[A-Za-z0-9_][\w.-]*$/;

/**
 * The program of a package that is the server: the one that was asked for, else its only one, else the one that is called like the package. Throws
 * `package_not_found`, `which_program`. Where nobody can be asked for the package, `note` is told.
 */
export async function packageProgram(
  ref: PackageRef,
  asked: string | undefined,
  note: (text: string) => void,
): Promise<string> {
  if (asked !== undefined && !PROGRAM.test(asked)) {
    throw new Failure('usage', `"${printable(asked)}" is no name of a program. Give one without a path.`);
  }
  const lookup = await packageExists(ref);
  if (lookup.kind === 'not_asked') note(`Whether there is such a package was not checked: ${lookup.reason}`);
  else if (lookup.kind !== 'found') throw new Failure('package_not_found', packageProblem(ref, lookup));
  if (asked !== undefined) return asked;
  const programs = lookup.kind === 'found' ? lookup.programs : undefined;
  // `@scope/name` brings `name`.
  const likePackage = ref.name.slice(ref.name.lastIndexOf('/') + 1);
  const [only] = programs ?? [likePackage];
  if (programs === undefined || programs.includes(likePackage)) return likePackage;
  if (only !== undefined && programs.length === 1 && PROGRAM.test(only)) return only;
  throw new Failure(
    'which_program',
    programs.length === 0
      ? `The package ${ref.name} ${ref.version} brings no program, so it cannot be a server.`
      : `The package ${ref.name} brings several programs: ${programs.slice(0, MOST_TOLD).map(printable).join(', ')}. Say which by --program.`,
  );
}
