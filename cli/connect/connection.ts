import type { Client, Endpoint, Machine, Scope } from './client.ts';

/** How one client is told of servers. */
export interface Connection {
  readonly client: string;
  readonly servers: readonly Endpoint[];
  /** What to do instead, for servers that the file is of no use for. */
  readonly instructions: readonly string[];
  /** Commands of the client itself; none where it has no such command. */
  readonly commands: readonly string[];
  /** Where the configuration belongs; undefined where there is nothing to write. */
  readonly file?: string;
  /** What belongs there, as JSON would hold it. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly next: string;
}

/** What a client has to be told to use these servers. Pure: nothing is looked up. */
export function connection(
  client: Client,
  servers: readonly Endpoint[],
  scope: Scope | undefined,
  machine: Machine,
): Connection {
  const direct = servers.filter((server) => client.instead?.(server) === undefined);
  const file = client.file(scope ?? 'user', machine);
  const entries = direct.map((server) => [server.name, client.entry(server)] as const);
  return {
    client: client.name,
    servers,
    instructions: servers.flatMap((server) => client.instead?.(server) ?? []),
    commands: direct.flatMap((server) => client.command?.(server, scope) ?? []),
    ...(direct.length > 0 && file !== undefined && { file, config: { [client.key]: Object.fromEntries(entries) } }),
    next: client.next,
  };
}

/** The configuration as it stands in the client's file. */
export function configText({ format }: Pick<Client, 'format'>, config: NonNullable<Connection['config']>): string {
  if (format === 'json') return `${JSON.stringify(config, undefined, 2)}\n`;
  // Names of servers are bare keys of TOML, and JSON strings are basic strings of it (toml.io, v1.0.0).
  return Object.entries(config)
    .flatMap(([table, servers]) =>
      Object.entries(servers).map(([name, entry]) => `[${table}.${name}]\n${linesOf(entry)}`),
    )
    .join('\n');
}

const linesOf = (entry: Readonly<Record<string, unknown>>): string =>
  Object.entries(entry)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
    .join('');
