/** Paths of the authorization server. RFC 8414 section 3 puts the metadata of an issuer without a path here. */
export const METADATA_PATH = '/.well-known/oauth-authorization-server';

export const PATHS = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  registration: '/oauth/register',
  jwks: '/oauth/jwks',
  revocation: '/oauth/revoke',
  interaction: '/oauth/interaction',
} as const;

/** What is called by programs, also by scripts of web pages: no cookies, readable for every origin. */
const MACHINE_ENDPOINTS: Readonly<Record<string, string>> = {
  [METADATA_PATH]: 'GET',
  [PATHS.jwks]: 'GET',
  [PATHS.token]: 'POST',
  [PATHS.registration]: 'POST',
  [PATHS.revocation]: 'POST',
};

/** The one method of an endpoint for programs; undefined for other paths. */
export const machineMethod = (path: string): string | undefined =>
  Object.hasOwn(MACHINE_ENDPOINTS, path) ? MACHINE_ENDPOINTS[path] : undefined;

/** What is opened in a browser. Only the pages of an interaction have forms. */
const PAGE = new RegExp(`^(?:${PATHS.authorization}(?:/[\\w-]{1,64})?|${PATHS.interaction}/[\\w-]{1,64})$`);

export const isPage = (path: string): boolean => PAGE.test(path);

/** Every method that a path answers to; none for paths that are not ours. HEAD of a page would start a sign-in as GET does. */
export function methodsOf(path: string): readonly string[] {
  const method = machineMethod(path);
  if (method !== undefined) return method === 'GET' ? ['GET', 'HEAD', 'OPTIONS'] : [method, 'OPTIONS'];
  if (!isPage(path)) return [];
  return interactionId(path) === undefined ? ['GET'] : ['GET', 'POST'];
}

/** The id of the interaction that a page is about. */
export const interactionId = (path: string): string | undefined =>
  isPage(path) && path.startsWith(`${PATHS.interaction}/`) ? path.slice(PATHS.interaction.length + 1) : undefined;
