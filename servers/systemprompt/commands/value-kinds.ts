import type { ValueKind } from './rule.ts';

const kind = (what: string, pattern: RegExp): ValueKind => ({ what, fits: (text) => pattern.test(text) });

/** RFC 1123 labels: what is no name of a server is no file either, since a `/` has exactly one label on each side. */
export const SERVER = kind(
  'the name of a server: NAME or NAMESPACE/NAME',
  /^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\/)?[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
);
export const NAMESPACE = kind('a namespace', /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
/** MCP 2025-11-25, tool names. */
export const TOOL = kind('the name of a tool', /^[A-Za-z0-9_][\w./-]{0,127}$/);
/** RFC 6749, 3.3, without the characters that mean something elsewhere. */
export const SCOPES = kind(
  'scopes, separated by spaces',
  /^[A-Za-z0-9][\w:./-]{0,99}(?: [A-Za-z0-9][\w:./-]{0,99}){0,31}$/,
);
export const DURATION = kind('a time as 90s, 5m, 1h30m or 2d', /^(?:\d{1,6}[smhd]){1,4}$/);
/** As many lines as an artifact takes. */
export const LINES = kind('a number of lines up to 10000', /^(?:[1-9]\d{0,3}|10000)$/);
export const SECONDS = kind('seconds up to 60', /^(?:[1-9]|[1-5]\d|60)$/);
/** No `@FILE` and no `-` (stdin), which `mooring call` would read: JSON says such a text as it is. */
export const ARGUMENT = kind(
  'NAME=VALUE or NAME:=JSON, with a VALUE that is not - and does not begin with @ (write NAME:="@…" for such a text)',
  /^[\p{L}_][\p{L}\p{N}_.-]{0,127}(?::=|=(?!@|-$))[^\0]*$/su,
);
export const JSON_OBJECT = kind('one JSON object', /^\s*\{[^\0]*\}\s*$/s);

export const oneOf = (...words: readonly string[]): ValueKind => ({
  what: words.join(' or '),
  fits: (text) => words.includes(text),
});
