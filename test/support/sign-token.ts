import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { importJWK, SignJWT } from 'jose';
import { loadKeyFile } from '../../core/keys.ts';
import { GATEWAY_KEYS } from '../../gateway/gateway-keys.ts';

/** What is asked of a token beside being for this server; times in seconds from now. */
interface Claims {
  readonly scope?: string;
  readonly issuedIn?: number;
  readonly expiresIn?: number;
}

/** A token of the key with which a Mooring on this machine signs: with times that it would not give. */
export async function signToken(
  { home, url, endpoint }: { readonly home: string; readonly url: string; endpoint(server: string): string },
  server: string,
  { scope = 'user', issuedIn = -60, expiresIn = 600 }: Claims,
): Promise<string> {
  const { tokens } = await loadKeyFile(join(home, 'keys', 'gateway.json'), GATEWAY_KEYS);
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ scope, client_id: 'mooring-cli', mooring_server: `default/${server}` })
    .setProtectedHeader({ alg: tokens[0].alg, typ: 'at+jwt', kid: tokens[0].kid })
    .setIssuer(url)
    .setSubject('admin')
    .setAudience(endpoint(server))
    .setJti(randomUUID())
    .setIssuedAt(now + issuedIn)
    .setNotBefore(now + issuedIn)
    .setExpirationTime(now + expiresIn)
    .sign(await importJWK(tokens[0], tokens[0].alg));
}
