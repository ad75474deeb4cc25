/** Something wrong in a manifest, told so that a person can put it right. Never holds text from the manifest but names of fields and objects. */
export interface Problem {
  readonly file: string;
  /** From 1; 0 where it was not read from a file: then `file` names the object. */
  readonly line: number;
  /** From 1, where the place is inside a line. */
  readonly column?: number;
  /** `spec.oauth.tools[1].match`; empty where the whole document or file is meant. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right. */
  readonly hint: string;
}

/** `examples/local/x.yaml:12: spec.port: 70000 is too large; a port is 1 to 65535` */
export const formatProblem = ({ file, line, path, message, hint }: Problem): string =>
  `${printable(file)}:${line === 0 ? '' : `${line}:`} ${path === '' ? '' : `${path}: `}${message}; ${hint}`;

/** Names of fields from the root, indexes of lists. */
export type FieldPath = readonly (string | number)[];

/** A problem before it is known which line it is on. */
export interface Finding {
  readonly path: FieldPath;
  readonly message: string;
  readonly hint: string;
}

/** `['spec', 'oauth', 'tools', 1, 'match']` → `spec.oauth.tools[1].match`; keys that are no names are quoted: `metadata.labels["a.b/c"]`. */
export const formatPath = (path: FieldPath): string =>
  path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[A-Za-z_$][\w$-]{0,63}$/.test(step) ? `.${step}` : `["${printable(step)}"]`;
    })
    .join('')
    .replace(/^\./, '');

/** The longest name that is repeated in a message: what is longer was no name. */
const MAX_NAME = 64;

/** Text of a stranger made safe for a terminal and a log: one short line without control characters (CWE-150). */
export function printable(text: string): string {
  const visible = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
  return visible.length > MAX_NAME ? `${visible.slice(0, MAX_NAME)}…` : visible;
}
