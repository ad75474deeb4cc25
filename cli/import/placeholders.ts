/** `${VAR}`, `${VAR:-default}`, `${env:VAR}` and `${input:id}`: what clients fill in when they start a server. */
const PLACEHOLDER = /\$\{(?:(?:env|input|secret|command|config):)?([\w.-]{1,128})(?::-[^}$]{0,1024})?\}/g;

/** They stand for places on the machine of the client, and are no secrets. */
const PLACES: ReadonlySet<string> = new Set([
  'workspaceFolder',
  'workspaceFolderBasename',
  'workspaceRoot',
  'userHome',
  'cwd',
  'file',
  'pathSeparator',
]);

export interface Placeholder {
  readonly name: string;
}

/** The text in pieces: what is written, and what is filled in. */
export function placeholdersIn(text: string): (string | Placeholder)[] {
  const pieces: (string | Placeholder)[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const name = match[1] ?? '';
    if (PLACES.has(name)) continue;
    pieces.push(text.slice(end, match.index), { name });
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)].filter((piece) => piece !== '');
}

export const hasPlaceholder = (text: string): boolean =>
  placeholdersIn(text).some((piece) => typeof piece === 'object');

/** Whether the text speaks of a place on the machine of the client. */
export const namesPlace = (text: string): boolean =>
  [...text.matchAll(PLACEHOLDER)].some(([, name = '']) => PLACES.has(name));
