import { Failure } from '../../core/failure.ts';

/** What Mooring gives every server (design: "What a server is given"). */
export interface ServerEnvironment {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** `MOORING_SERVER`: `<namespace>/<name>`. */
  readonly server: string;
  /** `MOORING_IDENTITY_JWKS`: path of the file with the keys that identities are verified with. */
  readonly identityJwks: string;
}

/** Whether only programs of this machine reach it. */
export const isLoopback = (host: string): boolean => ['127.0.0.1', '::1', 'localhost'].includes(host);

/** As in the manifest's own default. */
const DEFAULT_PORT = 8080;

/** Reads the environment; a `Failure` (`bad_environment`) names everything that is wrong. */
export function serverEnvironment(env: NodeJS.ProcessEnv): ServerEnvironment {
  const port = Number(env['PORT'] ?? DEFAULT_PORT);
  const server = env['MOORING_SERVER'] ?? '';
  const identityJwks = env['MOORING_IDENTITY_JWKS'] ?? '';
  const problems = [
    ...(Number.isInteger(port) && port >= 0 && port <= 65_535 ? [] : ['PORT must be a number from 0 to 65535']),
    ...(/^[^/\s]+\/[^/\s]+$/.test(server) ? [] : ['MOORING_SERVER must be <namespace>/<name>']),
    ...(identityJwks ? [] : ['MOORING_IDENTITY_JWKS must name the file with the identity keys']),
  ];
  if (problems.length === 0) return { host: env['HOST'] ?? '127.0.0.1', port, server, identityJwks };
  throw new Failure('bad_environment', `${problems.join('; ')}. Mooring sets these when it starts a server.`);
}
