import { z } from 'zod';
import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import { METADATA_PREFIX, REGISTRY_PATH } from '../../gateway/public-paths.ts';
import { ask } from '../http/ask.ts';
import { isPrivateWay } from '../http/gateway-origin.ts';
import { readJson } from '../http/read-json.ts';

/** RFC 9728 section 2. */
const ResourceMetadata = z.object({ resource: z.url(), authorization_servers: z.array(z.url()).min(1) });

/** Tokens are sent there. */
const Endpoint = z.url().refine((text) => isPrivateWay(new URL(text)));

/** RFC 8414 section 2, and what this client cannot do without: PKCE (RFC 7636) and the issuer in the answer (RFC 9207). */
const ServerMetadata = z.object({
  issuer: z.url(),
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

/** Follows the trail from a gateway to its authorization server (RFC 9728, RFC 8414). Throws what `ask` and `readJson` throw, and `wrong_host`. */
export async function discover(origin: string): Promise<SignInPlace> {
  const resource = origin + REGISTRY_PATH;
  const metadata = readJson(await ask(origin + METADATA_PREFIX + REGISTRY_PATH), ResourceMetadata);
  // RFC 9728 section 3.3: what speaks of another resource must not be used.
  if (metadata.resource !== resource) throw otherName(origin, new URL(metadata.resource).origin);
  const issuer = metadata.authorization_servers[0] ?? origin;
  const server = readJson(await ask(metadataUrl(issuer)), ServerMetadata);
  // RFC 8414 section 3.3.
  if (server.issuer !== issuer) {
    throw new Failure(
      'not_a_gateway',
      `${printable(issuer)} says that it is ${printable(server.issuer)}. Ask its owner.`,
    );
  }
  return {
    origin,
    resource,
    issuer,
    authorizationEndpoint: server.authorization_endpoint,
    tokenEndpoint: server.token_endpoint,
    revocationEndpoint: server.revocation_endpoint,
  };
}

/** RFC 8414 section 3.1: inserted between host and path. */
function metadataUrl(issuer: string): string {
  const url = new URL(issuer);
  if (!isPrivateWay(url)) {
    throw new Failure(
      'not_a_gateway',
      `The sign-in at ${printable(url.origin)} is not safe: it needs https. Ask its owner.`,
    );
  }
  return `${url.origin}/.well-known/oauth-authorization-server${url.pathname.replace(/\/$/, '')}`;
}

const otherName = (origin: string, claimed: string): Failure =>
  new Failure(
    'wrong_host',
    `${origin} calls itself ${printable(claimed)}. Sign in under that name: mooring login ${printable(claimed)}`,
  );
