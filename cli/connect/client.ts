/** A server that clients can be told of. */
export interface Endpoint {
  readonly name: string;
  /** Its MCP endpoint, http or https. */
  readonly url: string;
}

/** Whose configuration is meant: the person's, or that of the folder they are in. */
export type Scope = 'user' | 'project';

/** What decides where a client keeps its files. */
export interface Machine {
  readonly home: string;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A program that people use MCP servers from. Never is a token part of its configuration: clients sign in themselves. */
export interface Client {
  readonly name: string;
  readonly title: string;
  /** Path of its file. Undefined where it has none for this scope. */
  readonly file: (scope: Scope, machine: Machine) => string | undefined;
  /** Where the file is on Windows, where Mooring does not run and clients of WSL users do. */
  readonly windowsFile?: string;
  /** JSON with comments, which `--write` edits; or TOML, which the client's own command edits. */
  readonly format: 'json' | 'toml';
  /** Field of the file that holds servers by name. */
  readonly key: string;
  /** What stands there for one server. */
  readonly entry: (server: Endpoint) => Readonly<Record<string, unknown>>;
  /** The client's own command for the same, where it has one; scope undefined is what the client takes by itself. */
  readonly command?: (server: Endpoint, scope: Scope | undefined) => string | undefined;
  /** What to do afterwards. */
  readonly next: string;
  /** What to do instead of all that for this server, where its file is of no use. */
  readonly instead?: (server: Endpoint) => string | undefined;
}
