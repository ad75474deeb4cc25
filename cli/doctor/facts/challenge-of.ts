/** `WWW-Authenticate: Bearer …` (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Challenge {
  readonly resourceMetadata: string | undefined;
  readonly error: string | undefined;
  readonly description: string | undefined;
  readonly scopes: readonly string[];
}

/** Reads a Bearer challenge; undefined where there is none. */
export function challengeOf(header: string | null): Challenge | undefined {
  const parameters = /^Bearer\s+(.*)$/is.exec(header ?? '')?.[1];
  if (parameters === undefined) return undefined;
  const named = new Map(
    [...parameters.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value.replaceAll(/\\(.)/g, '$1'),
    ]),
  );
  return {
    resourceMetadata: named.get('resource_metadata'),
    error: named.get('error'),
    description: named.get('error_description'),
    scopes: named.get('scope')?.split(' ').filter(Boolean) ?? [],
  };
}
