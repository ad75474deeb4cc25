import { Failure } from '../../core/failure.ts';
import { readCredentials, updateCredentials } from '../credentials/credentials-file.ts';
import { revokeToken, TokenRefusal } from '../credentials/token-endpoint.ts';
import { gatewayOrigin } from '../http/gateway-origin.ts';

/**
 * Ends the sign-in at a gateway, or the only one that there is: forgets it here, then has the gateway forget it too. Throws
 * `usage` where it is not clear which one is meant, `not_revoked` where the gateway could not be told.
 */
export async function logout(url: string | undefined): Promise<void> {
  const origin = url === undefined ? await onlyGateway() : gatewayOrigin(url);
  const credential = await updateCredentials(async ({ gateways }, write) => {
    if (origin === undefined) return undefined;
    const { [origin]: found, ...others } = gateways;
    if (found) await write({ gateways: others });
    return found;
  });
  if (!credential)
    return void process.stderr.write(`You are not signed in${origin === undefined ? '' : ` to ${origin}`}.\n`);
  const { revocationEndpoint, refreshToken } = credential;
  if (revocationEndpoint !== undefined) await revokeToken(revocationEndpoint, refreshToken).catch(notRevoked);
  process.stdout.write(`Signed out of ${origin}.\n`);
}

async function onlyGateway(): Promise<string | undefined> {
  const origins = Object.keys((await readCredentials()).gateways);
  if (origins.length > 1)
    throw new Failure('usage', `Say which one: ${origins.map((one) => `mooring logout ${one}`).join(', ')}`);
  return origins[0];
}

function notRevoked(error: unknown): never {
  if (!(error instanceof Failure || error instanceof TokenRefusal)) throw error;
  throw new Failure(
    'not_revoked',
    `You are signed out on this machine, but the gateway was not told and keeps the sign-in for up to 30 days: ${error.message}`,
  );
}
