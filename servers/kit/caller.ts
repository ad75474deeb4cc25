import { IDENTITY_HEADER, type VerifiedIdentity } from '../../core/identity-token.ts';

/** Who makes a request, and by which way. */
export interface Caller {
  readonly identity: VerifiedIdentity;
  /** The statement that says so, as it came; a function, so that no log and no error shows it. */
  readonly identityToken: () => string;
  /** `Mcp-Session-Id`, of the legacy era. */
  readonly session: string | null;
  /** Tells connections apart, so that one can neither answer for another nor cancel its calls. */
  readonly key: string;
}

export function callerOf(identity: VerifiedIdentity, headers: Headers): Caller {
  const session = headers.get('mcp-session-id');
  const { subject, clientId } = identity;
  // JSON keeps the parts apart whatever they contain.
  const identityToken = (): string => headers.get(IDENTITY_HEADER) ?? '';
  return { identity, identityToken, session, key: JSON.stringify([subject ?? null, clientId ?? null, session]) };
}
