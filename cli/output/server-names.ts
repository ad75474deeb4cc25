interface Named {
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** Whether a name alone does not say which server is meant: one is there twice, in two namespaces. */
export const haveNamesakes = (servers: readonly Named[]): boolean =>
  new Set(servers.map(({ name }) => name)).size < servers.length;

/** Names by which commands find the servers: `name`, or `namespace/name` where it is there twice. */
export function serverNames(servers: readonly Named[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of servers) counts.set(name, (counts.get(name) ?? 0) + 1);
  return servers.map(({ name, namespace }) => (counts.get(name) === 1 ? name : `${namespace}/${name}`));
}
