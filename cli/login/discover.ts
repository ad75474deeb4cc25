import { z } from 'zod';
import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import { METADATA_PREFIX, REGISTRY_PATH } from '../../gateway/public-paths.ts';
import { ask } from '../http/ask.ts';
import { otherName } from '../http/other-name.ts';
import { readJson } from '../http/read-json.ts';

const Endpoint = z.url({ protocol: /^https?$/ });

/** RFC 9728 section 2. */
export const ResourceMetadata = z.object({ resource: z.url(), authorization_servers: z.tuple([Endpoint], Endpoint) });

/** RFC 8414 section 2, and what this client cannot do without: PKCE (RFC 7636) and the issuer in the answer (RFC 9207). */
const ServerMetadata = z.object({
  issuer: Endpoint,
  authorization_endpoint: Endpoint,
  token_endpoint: Endpoint,
  revocation_endpoint: Endpoint.optional(),
  code_challenge_methods_supported: z.array(z.string()).refine((methods) => methods.includes('S256')),
  authorization_response_iss_parameter_supported: z.literal(true),
});

/** Where one signs in to a gateway. */
export interface SignInPlace {
  readonly origin: string;
  /** What to ask for: the registry, which stands for every server. */
  readonly resource: string;
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
}

/**
 * Follows the trail from a gateway to its authorization server (RFC 9728, RFC 8414), which is the gateway itself. Throws what `ask`
 * and `readJson` throw, `wrong_host`, and `not_a_gateway` for a trail that leads elsewhere.
 */
export async function discover(origin: string): Promise<SignInPlace> {
  const resource = origin + REGISTRY_PATH;
  const metadata = readJson(await ask(origin + METADATA_PREFIX + REGISTRY_PATH), ResourceMetadata);
  // RFC 9728 section 3.3: what speaks of another resource must not be used.
  if (metadata.resource !== resource) {
    throw otherName({ origin, claimed: metadata.resource, advice: 'Sign in under that name: mooring login' });
  }
  const [issuer] = metadata.authorization_servers;
  mustBeAt(origin, issuer);
  const server = readJson(await ask(metadataUrl(issuer)), ServerMetadata);
  // RFC 8414 section 3.3.
  if (server.issuer !== issuer) {
    throw new Failure(
      'not_a_gateway',
      `${printable(issuer)} says that it is ${printable(server.issuer)}. Ask its owner.`,
    );
  }
  const { authorization_endpoint, token_endpoint, revocation_endpoint } = server;
  mustBeAt(origin, authorization_endpoint, token_endpoint, revocation_endpoint ?? origin);
  return {
    origin,
    resource,
    issuer,
    authorizationEndpoint: authorization_endpoint,
    tokenEndpoint: token_endpoint,
    revocationEndpoint: revocation_endpoint,
  };
}

/** RFC 8414 section 3.1: inserted between host and path. */
function metadataUrl(issuer: string): string {
  const url = new URL(issuer);
  return `${url.origin}/.well-known/oauth-authorization-server${url.pathname.replace(/\/$/, '')}`;
}

/**
 * Every gateway of Mooring signs people in itself. One that could name another address could have this machine send requests where only
 * this machine can: to what listens on its loopback interface, or in its network (CWE-918).
 */
function mustBeAt(origin: string, ...endpoints: readonly string[]): void {
  if (endpoints.every((endpoint) => new URL(endpoint).origin === origin)) return;
  throw new Failure(
    'not_a_gateway',
    `${origin} sends those who sign in to another address, which no gateway of Mooring does. Check the URL, or ask its owner.`,
  );
}
