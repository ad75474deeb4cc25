import type { ProtectedResource } from './protected-resources.ts';

/** Protected resource metadata (RFC 9728 section 2). Scopes are minimal: some clients ask for all that stand here. */
export const resourceMetadata = ({ url, title, scopes }: ProtectedResource, issuer: string) => ({
  resource: url,
  authorization_servers: [issuer],
  scopes_supported: scopes,
  bearer_methods_supported: ['header'],
  resource_name: title,
});
