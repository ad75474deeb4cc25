import type { Draft } from './draft.ts';
import type { SourceValue } from './parse-source.ts';

/** A server as a format tells of it, before it has its name here. */
export interface FoundServer {
  /** As it is written there. */
  readonly name: string;
  readonly file: string;
  /** Of a namespace, where the format has them. */
  readonly namespace?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Fills the draft. Throws NotCarriedOver where the server cannot become a McpServer. */
  readonly convert: (draft: Draft) => void;
}

/** A way in which other systems write servers down. */
export interface Format {
  /** For messages: `a client configuration (Claude, VS Code, Cursor …)`. */
  readonly title: string;
  /** Whether a value is written in it, by what only it has. */
  readonly recognizes: (value: unknown) => boolean;
  /** Every server in values that it recognizes. */
  readonly servers: (values: readonly SourceValue[]) => readonly FoundServer[];
}

/** For formats where each value is one or more servers of its own. */
export const eachValue =
  (servers: (value: Readonly<Record<string, unknown>>, file: string) => readonly FoundServer[]): Format['servers'] =>
  (values) =>
    values.flatMap(({ value, file }) => servers(value as Readonly<Record<string, unknown>>, file));
