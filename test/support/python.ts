import { spawnSync } from 'node:child_process';
import { installPackage } from './debian-package.ts';

/** Sees to a python3 that can make virtual environments: Debian has that in a package of its own. */
export function ensurePython(): void {
  const works = (): boolean => spawnSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' }).status === 0;
  if (works()) return;
  installPackage('python3-venv', 'Tests of Python servers need python3 with its module venv in PATH.');
  if (!works()) throw new Error('python3-venv is installed, and python3 still cannot make virtual environments.');
}
