import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  IDENTITY_HEADER,
  identityJwks,
  identitySigner,
  type Identity,
  type IdentityIssuer,
} from '../../core/identity-token.ts';
import { newKey, type KeyRing } from '../../core/keys.ts';

/** Keys of a gateway and an operator, the JWKS file that a server verifies with, and headers signed by them. */
export interface Identities {
  /** The environment of a server of this name, on a free loopback port. */
  readonly env: NodeJS.ProcessEnv;
  readonly jwksFile: string;
  readonly rings: Readonly<Record<IdentityIssuer, KeyRing>>;
  /** Headers of a request of this caller, through the gateway unless told. */
  headers(
    identity: Identity,
    options?: { issuer?: IdentityIssuer; ring?: KeyRing; server?: string },
  ): Promise<Record<string, string>>;
  /** Replaces the JWKS file as a ConfigMap is replaced: whole. */
  publish(rings: Partial<Record<IdentityIssuer, KeyRing>>): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createIdentities(server = 'default/marketplace'): Promise<Identities> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-identities-'));
  const jwksFile = join(folder, 'identity-jwks.json');
  const rings: Record<IdentityIssuer, KeyRing> = {
    'mooring:gateway': [await newKey('ES256')],
    'mooring:operator': [await newKey('ES256')],
  };
  const identities: Identities = {
    env: { HOST: '127.0.0.1', PORT: '0', MOORING_SERVER: server, MOORING_IDENTITY_JWKS: jwksFile },
    jwksFile,
    rings,
    headers: async (
      identity,
      { issuer = 'mooring:gateway', ring = rings[issuer], server: audience = server } = {},
    ) => ({
      [IDENTITY_HEADER]: await (await identitySigner(issuer, ring))(audience, identity),
    }),
    publish: async (published) => {
      await writeFile(`${jwksFile}.new`, JSON.stringify(identityJwks(published)));
      await rename(`${jwksFile}.new`, jwksFile);
    },
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }),
  };
  await identities.publish(rings);
  return identities;
}
