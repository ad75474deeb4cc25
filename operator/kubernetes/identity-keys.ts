import { isDeepStrictEqual } from 'node:util';
import { identityJwks, identitySigner, type IdentityIssuer } from '../../core/identity-token.ts';
import { parseKeyFile, type KeyRing } from '../../core/keys.ts';
import type { Log } from '../../core/log.ts';
import { SECRETS } from '../../core/pod-paths.ts';
import type { SignIdentity } from '../discovery.ts';
import type { OwnSecrets } from './own-secrets.ts';

/** Whose identity keys lie in which Secret. */
const HOLDERS = { 'mooring:gateway': SECRETS.gatewayKeys, 'mooring:operator': SECRETS.operatorKey } as const;

export interface IdentityKeys {
  /** JSON text (RFC 7517) of every key that servers verify with; undefined until both holders have theirs. The same text while no key changes. */
  jwks(): string | undefined;
  /** Signs as the operator, with the newest key that every server knows. */
  readonly sign: SignIdentity;
  /** Takes over what the Secrets say now. A Secret that is gone or broken changes nothing. */
  refresh(): void;
}

const STAYS = 'The identity keys stay as they were';
const MISSING = 'Without these identity keys no server is kept: repair the Secret, or delete it, and it is made anew';

function readRing(text: string | undefined, place: string): KeyRing {
  if (text === undefined) throw new Error(`${place} is not there`);
  const ring = parseKeyFile(text, place)['identity'];
  if (!ring) throw new Error(`${place} holds no key "identity"`);
  return ring;
}

/** The identity keys of gateway and operator, as the Secrets hold them. */
export function openIdentityKeys(secrets: Pick<OwnSecrets, 'read'>, log: Log): IdentityKeys {
  const rings: Partial<Record<IdentityIssuer, KeyRing>> = {};
  let signer: { readonly ring: KeyRing; readonly sign: ReturnType<typeof identitySigner> } | undefined;

  function refresh(): void {
    for (const [issuer, { name, key }] of Object.entries(HOLDERS) as [
      IdentityIssuer,
      { name: string; key: string },
    ][]) {
      const secret = secrets.read(name);
      if (!secret) continue;
      try {
        const ring = readRing(secret[key], `Secret ${name}, key ${key},`);
        if (!isDeepStrictEqual(ring, rings[issuer])) rings[issuer] = ring;
      } catch (error) {
        log.error({ err: error, object: name }, rings[issuer] ? STAYS : MISSING);
      }
    }
  }

  return {
    refresh,
    jwks() {
      const { 'mooring:gateway': gateway, 'mooring:operator': operator } = rings;
      return (
        gateway &&
        operator &&
        JSON.stringify(identityJwks({ 'mooring:gateway': gateway, 'mooring:operator': operator }))
      );
    },
    async sign(server, identity) {
      const ring = rings['mooring:operator'];
      if (!ring) throw new Error('The operator has no key yet');
      if (signer?.ring !== ring) signer = { ring, sign: identitySigner('mooring:operator', ring) };
      return (await signer.sign)(server, identity);
    },
  };
}
