import type { ProtectedResource } from './protected-resources.ts';

/**
 * Protected resource metadata (RFC 9728 section 2). Scopes are minimal, because some clients ask for all that stand here,
 * and left out where there are none (section 3.2).
 */
export const resourceMetadata = ({ url, title, scopes }: ProtectedResource, issuer: string) => ({
  resource: url,
  authorization_servers: [issuer],
  ...(scopes.length > 0 && { scopes_supported: scopes }),
  bearer_methods_supported: ['header'],
  resource_name: title,
});
