import { open, readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Problem } from '../../../crds/problem.ts';

/** Bytes of a file that are searched: a manifest has one KB, and the reader of manifests refuses a MiB. */
const MAX_BYTES = 1024 * 1024;

/** Files of the working folder that are looked into. */
const MAX_FILES = 200;

interface Sought {
  readonly problems: readonly Problem[];
  /** Whole paths. */
  readonly followed: readonly string[];
}

/**
 * Files that seem to describe a server of this name: those that Mooring follows and cannot read, and one of the working folder that it does not
 * follow. By their text alone, because what is not valid cannot be parsed.
 */
export async function manifestsNaming(
  name: string,
  { problems, followed }: Sought,
): Promise<{
  readonly invalid: readonly string[];
  readonly unfollowed: string | undefined;
}> {
  if (!/^[a-z0-9-]{1,63}$/.test(name)) return { invalid: [], unfollowed: undefined };
  const broken = [...new Set(problems.map(({ file }) => file))];
  const names = await Promise.all(broken.map(async (file) => describes(file, name)));
  const here = (await readdir('.').catch(() => [])).filter((file) => /\.ya?ml$/.test(file)).slice(0, MAX_FILES);
  const others = here.filter((file) => !isFollowed(resolve(file), followed));
  const found = await Promise.all(others.map(async (file) => describes(file, name)));
  return { invalid: broken.filter((_, index) => names[index]), unfollowed: others.find((_, index) => found[index]) };
}

const isFollowed = (file: string, followed: readonly string[]): boolean =>
  followed.some((path) => file === path || !relative(path, join(file, '.')).startsWith('..'));

async function describes(file: string, name: string): Promise<boolean> {
  const text = await textOf(file).catch(() => '');
  return /^\s*['"]?kind['"]?\s*:\s*['"]?McpServer\b/m.test(text) && namePattern(name).test(text);
}

const namePattern = (name: string): RegExp =>
  new RegExp(`(?:^|[{,])\\s*['"]?name['"]?\\s*:\\s*['"]?${name}['"]?\\s*(?:$|[,}#])`, 'm');

async function textOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
