import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes that somebody could read off: as they are, in base64 of either kind, and in hexadecimal. Without the last bytes, which base64 mixes with others. */
export function readableForms(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  return [bytes, ...(['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(whole.toString(encoding)))];
}

/** Files anywhere below a folder that hold one of these texts. What goes away meanwhile, or is no file, holds nothing. */
export async function findInFolder(folder: string, texts: readonly string[]): Promise<readonly string[]> {
  const forms = texts.flatMap(readableForms);
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (forms.some((form) => bytes.includes(form))) found.push(path);
  }
  return found;
}
