import { Failure } from '../../core/failure.ts';

/** Somebody else was faster. Known by its code. */
export const changedMeanwhile = (key: string, where: string): Failure =>
  new Failure('changed_meanwhile', `${key} was changed in ${where} meanwhile. Run the command again to see how.`, {
    status: 409,
  });
