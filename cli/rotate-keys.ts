import { existsSync } from 'node:fs';
import { Failure } from '../core/failure.ts';
import { homePaths } from '../core/home.ts';
import { IDENTITY_LIFETIME } from '../core/identity-token.ts';
import { rotateKeyFile } from '../core/keys.ts';
import { ACCESS_TOKEN_WITHOUT_REFRESH, SESSION } from '../gateway/authorization-server/lifetimes.ts';
import { isAnswering } from './control/server.ts';
import { GATEWAY_KEYS } from '../gateway/gateway-keys.ts';
import { OPERATOR_KEYS } from '../operator/operator-keys.ts';

/** Seconds. Sessions of backends have no end of their own; a client that was away for longer starts another one. */
const BACKEND_SESSION = 30 * 24 * 60 * 60;

/** Gives both holders of keys in a state folder new ones. */
export async function rotateKeys(home: string): Promise<void> {
  const paths = homePaths(home);
  if (!existsSync(paths.gatewayKeys)) {
    throw new Failure('no_keys', `There are no keys in ${home} yet. Is it the right --home?`);
  }
  // A running Mooring goes on signing with the old key, which would then be forgotten too early.
  if (await isAnswering(paths.controlSocket)) {
    throw new Failure('home_in_use', 'Stop Mooring first: it signs with the keys that it read at its start.');
  }
  await rotateKeyFile(paths.gatewayKeys, GATEWAY_KEYS, {
    tokens: ACCESS_TOKEN_WITHOUT_REFRESH,
    identity: IDENTITY_LIFETIME,
    cookies: SESSION,
    seal: BACKEND_SESSION,
  });
  await rotateKeyFile(paths.operatorKeys, OPERATOR_KEYS, { identity: IDENTITY_LIFETIME });
  process.stdout.write('New keys sign from the next start on.\n');
}
