import { inPath, installPackage, isExecutable } from './debian-package.ts';

/** The shells of this machine that completion is written for, after those that are missing were installed where that is possible. */
export const shellsHere = (): readonly string[] =>
  ['bash', 'zsh', 'fish'].filter((shell) => {
    const isHere = (): boolean => inPath(shell).some(isExecutable);
    try {
      if (!isHere()) installPackage(shell, 'Its completion is not tested here.');
    } catch {
      // Not on Debian, or not as root.
    }
    return isHere();
  });
