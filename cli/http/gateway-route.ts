import { GATEWAY_ADDRESS_VARIABLE } from '../../core/pod-paths.ts';

/**
 * Where a request for a URL goes. In a pod the public URL of the gateway may lead nowhere: its name is of another network, or means this very pod. There
 * MOORING_GATEWAY_ADDRESS says where the gateway itself is, and what is for MOORING_PUBLIC_URL goes there; tokens still name the public URL.
 */
export function gatewayRoute(address: string | URL, env: NodeJS.ProcessEnv = process.env): URL {
  const url = new URL(address);
  const gateway = env[GATEWAY_ADDRESS_VARIABLE];
  if (!gateway || url.origin !== env['MOORING_PUBLIC_URL']) return url;
  // Not resolved against the address: a path of `//host/` would lead to that host, with the token.
  return Object.assign(new URL(gateway), { pathname: url.pathname, search: url.search });
}
