import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The state folder: `--home`, else MOORING_HOME, else the XDG state folder. */
export function homeFolder(option?: string, env: NodeJS.ProcessEnv = process.env): string {
  // An empty variable is a variable that is not set, as for XDG.
  const state = env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return resolve(option || env['MOORING_HOME'] || join(state, 'mooring'));
}

/** Where what lies in the state folder. The folder itself is 0700, every file with a secret 0600. */
export const homePaths = (home: string) => ({
  config: join(home, 'mooring.yaml'),
  controlSocket: join(home, 'control.sock'),
  adminPassword: join(home, 'admin-password'),
  gatewayKeys: join(home, 'keys', 'gateway.json'),
  operatorKeys: join(home, 'keys', 'operator.json'),
  /** Public keys that servers verify `Mooring-Identity` with. */
  identityJwks: join(home, 'identity-jwks.json'),
  secret: (name: string, key: string) => join(home, 'secrets', name, key),
  secretFolder: (name: string) => join(home, 'secrets', name),
  configMapFolder: (name: string) => join(home, 'configmaps', name),
  postgres: join(home, 'postgres'),
  serverLog: (namespace: string, name: string) => join(home, 'logs', namespace, `${name}.log`),
  serverHome: (namespace: string, name: string) => join(home, 'servers', namespace, name),
});

export type HomePaths = ReturnType<typeof homePaths>;
