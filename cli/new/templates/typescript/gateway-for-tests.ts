// Stands in for the gateway in tests: has a key, and says with it who calls.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface GatewayForTests {
  /** The environment that Mooring would give the server, on a free port. */
  readonly env: NodeJS.ProcessEnv;
  /** The header that says who calls. */
  identityOf(subject: string, scopes?: readonly string[]): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** `server` is the `<namespace>/<name>` of the manifest. */
export async function gatewayForTests(server: string): Promise<GatewayForTests> {
  const folder = await mkdtemp(join(tmpdir(), 'identity-'));
  const jwks = join(folder, 'jwks.json');
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'test', iss: 'mooring:gateway' };
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  return {
    env: { HOST: '127.0.0.1', PORT: '0', MOORING_SERVER: server, MOORING_IDENTITY_JWKS: jwks },
    identityOf: async (subject, scopes = ['user']) => ({
      'mooring-identity': await new SignJWT({ scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'mooring-identity+jwt' })
        .setIssuer('mooring:gateway')
        .setAudience(`mooring:server:${server}`)
        .setSubject(subject)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(privateKey),
    }),
    close: async () => rm(folder, { recursive: true }),
  };
}
