/** What a scope grants beside itself. `admin` grants every scope that any server names as well. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  admin: ['user', 'tools:write', 'tools:read', 'secrets:read'],
  user: ['tools:read'],
  'tools:write': ['tools:read'],
};

/** Everything that these scopes grant; `named` are the scopes that any server names. */
export function expandScopes(granted: readonly string[], named: readonly string[]): ReadonlySet<string> {
  const all = new Set(granted);
  for (const scope of granted) {
    if (!Object.hasOwn(IMPLIED, scope)) continue;
    for (const implied of IMPLIED[scope] ?? []) all.add(implied);
  }
  if (all.has('admin')) for (const scope of named) all.add(scope);
  return all;
}
