import { open } from 'node:fs/promises';
import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import type { Base } from './dockerfile.ts';

/** The interpreters of scripts, as the last part of a path or as the word behind `env`. */
const INTERPRETERS: readonly { readonly pattern: RegExp; readonly base: Base }[] = [
  { pattern: /\bnode$/, base: 'node' },
  { pattern: /\bpython(3(\.\d+)?)?$/, base: 'python' },
  { pattern: /\b(sh|bash|dash)$/, base: 'debian' },
];

const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/** Bytes: longer than any line that names an interpreter. */
const HEAD = 256;

/** What a program needs in its image, by its first line or bytes. Throws `unknown_program`. */
export async function programBase(file: string): Promise<Base> {
  const head = await headOf(file);
  if (head.subarray(0, ELF.length).equals(ELF)) return 'debian';
  const [, line = ''] = /^#! *([^\n]*)/.exec(head.toString('latin1')) ?? [];
  const [command = '', ...words] = line.trim().split(/\s+/);
  // `#!/usr/bin/env -S node --flag`
  const interpreter = command.endsWith('/env') ? (words.find((word) => !word.startsWith('-')) ?? '') : command;
  const found = INTERPRETERS.find(({ pattern }) => pattern.test(interpreter));
  if (found) return found.base;
  throw new Failure(
    'unknown_program',
    `${printable(file)} is neither a Linux program nor a script of Node, Python or a shell with a first line that says so. ` +
      'Put a Dockerfile beside its manifest: `mooring new server NAME` writes one to begin with.',
  );
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
