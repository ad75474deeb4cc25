import { SERVICE_NAME, SERVICE_NAME_LENGTH } from '../../crds/text.ts';

/** The name that a McpServer can have nearest to the written one, and that none of `taken` is. */
export function legalName(written: string, taken: ReadonlySet<string>): string {
  const wanted = legal(written);
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? '' : `-${count}`;
    const name = `${wanted.slice(0, SERVICE_NAME_LENGTH - suffix.length).replace(/-+$/, '')}${suffix}`;
    if (!taken.has(name)) return name;
  }
}

export const isLegalName = (name: string): boolean => name.length <= SERVICE_NAME_LENGTH && SERVICE_NAME.test(name);

function legal(written: string): string {
  const spelled = written
    // Only the beginning can become part of the name.
    .slice(0, 10 * SERVICE_NAME_LENGTH)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (spelled === '') return 'server';
  return /^[a-z]/.test(spelled) ? spelled : `mcp-${spelled}`;
}
