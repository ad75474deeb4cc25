import { readFileIfThere } from '../../core/private-file.ts';
import { previousLog } from './output-log.ts';

/** The last lines that a server wrote, across rotation; both files together are at most 2 MiB. */
export async function readLog(
  path: string,
  { tailLines = 100 }: { readonly tailLines?: number } = {},
): Promise<string[]> {
  const [previous, current] = await Promise.all([readFileIfThere(previousLog(path)), readFileIfThere(path)]);
  const lines = `${previous ?? ''}${current ?? ''}`.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return tailLines > 0 ? lines.slice(-tailLines) : [];
}
