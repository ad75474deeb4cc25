import { identityJwks, identitySigner, type IdentityIssuer } from '../../core/identity-token.ts';
import { parseKeyFile, type KeyRing, type PrivateKey } from '../../core/keys.ts';
import type { Log } from '../../core/log.ts';
import { SECRETS } from '../../core/pod-paths.ts';
import type { SignIdentity } from '../discovery.ts';
import type { OwnSecrets } from './own-secrets.ts';

/** Whose identity keys lie in which Secret. */
const HOLDERS = { 'mooring:gateway': SECRETS.gatewayKeys, 'mooring:operator': SECRETS.operatorKey } as const;

/** Seconds until every pod has an edited ConfigMap: kubelet looks after it every 60 s, with jitter up to 90 (syncFrequency). */
const PROPAGATION = 120;

export interface IdentityKeys {
  /** JSON text (RFC 7517) of every key that servers verify with; undefined until both holders have theirs. The same text while no key changes. */
  jwks(): string | undefined;
  /** Signs as the operator, with the newest key that every server knows. */
  readonly sign: SignIdentity;
  /** Takes over what the Secrets say now. A Secret that is gone or broken changes nothing. */
  refresh(): void;
}

/** The identity keys of gateway and operator, as the Secrets hold them. */
export function openIdentityKeys(secrets: Pick<OwnSecrets, 'read'>, log: Log): IdentityKeys {
  const rings: Partial<Record<IdentityIssuer, KeyRing>> = {};
  const signers = new Map<string, ReturnType<typeof identitySigner>>();

  function refresh(): void {
    for (const [issuer, { name, key }] of Object.entries(HOLDERS) as [
      IdentityIssuer,
      { name: string; key: string },
    ][]) {
      const text = secrets.read(name)?.[key];
      if (text === undefined) continue;
      try {
        const ring = parseKeyFile(text, `Secret ${name}, key ${key},`)['identity'];
        if (ring) rings[issuer] = ring;
      } catch (error) {
        log.error({ err: error, object: name }, 'The identity keys stay as they were');
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
      const key = knownKey(ring, Date.now() / 1000);
      const signer = signers.get(key.kid) ?? identitySigner('mooring:operator', [key]);
      signers.set(key.kid, signer);
      return (await signer)(server, identity);
    },
  };
}

/** The newest key that has reached every server; of keys that are all new the oldest. Rings have the newest first. */
export function knownKey(ring: KeyRing, now: number): PrivateKey {
  return ring.find(({ iat }) => iat <= now - PROPAGATION) ?? ring[ring.length - 1] ?? ring[0];
}
