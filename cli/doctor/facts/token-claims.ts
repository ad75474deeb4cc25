/** What an access token (RFC 9068) says of itself. Nothing of it is proven: the gateway alone verifies. */
export interface TokenClaims {
  readonly issuer: string | undefined;
  readonly audiences: readonly string[];
  readonly clientId: string | undefined;
  readonly scopes: readonly string[];
  /** `<namespace>/<name>` of the server that had the name when the token was made. */
  readonly owner: string | undefined;
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined;
  /** The later of `iat` and `nbf`, seconds since 1970. */
  readonly validFrom: number | undefined;
}

/** Decodes the payload of a JWT; undefined where it is none. */
export function tokenClaims(token: string): TokenClaims | undefined {
  const payload = payloadOf(token);
  if (!payload) return undefined;
  const { iss, aud, client_id: client, scope, mooring_server: owner, exp, nbf, iat } = payload;
  const starts = [nbf, iat].filter((time) => typeof time === 'number');
  return {
    issuer: textOf(iss),
    audiences: [aud].flat().filter((one) => typeof one === 'string'),
    clientId: textOf(client),
    scopes: textOf(scope)?.split(' ').filter(Boolean) ?? [],
    owner: textOf(owner),
    expiresAt: typeof exp === 'number' ? exp : undefined,
    validFrom: starts.length > 0 ? Math.max(...starts) : undefined,
  };
}

function payloadOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    return typeof payload === 'object' && payload !== null ? { ...payload } : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
