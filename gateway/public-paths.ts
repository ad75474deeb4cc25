/** Paths that clients know. Every absolute URL is one of these behind `publicUrl`, never behind a header. */
export const REGISTRY_PATH = '/api/v1/mcp/registry';

/** Path of a server's MCP endpoint. */
export const endpointPath = (name: string): string => `/api/v1/mcp/${name}/mcp`;

/** Path of a page of a server, on which a person types something. */
export const pagePath = (name: string, page: string, id: string): string => `/api/v1/mcp/${name}/pages/${page}/${id}`;

/** Where a browser comes back to that has signed in for a page. */
export const SIGNED_IN_PATH = '/pages/signed-in';

/** Where the metadata of a protected resource is: inserted between host and path (RFC 9728 section 3.1). */
export const METADATA_PREFIX = '/.well-known/oauth-protected-resource';

/** Whether a path is that of an MCP endpoint, of a server that exists or not. */
export const isEndpointPath = (path: string): boolean => /^\/api\/v1\/mcp\/[^/]+\/mcp$/.test(path);
