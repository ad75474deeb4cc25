import { errors, type AllClientMetadata } from 'oidc-provider';
import { COMMAND_LINE_CLIENT_ID } from './command-line-client.ts';
import { TOKEN_EXCHANGE } from './exchange-names.ts';
import { redirectTarget } from './redirect-target.ts';

/** Grant types of this server; `refresh_token` alone makes refresh tokens, `offline_access` is not needed. */
const GRANT_TYPES = ['authorization_code', 'refresh_token'] as const;

/** Characters of a name that still fits the consent page. */
const MAX_NAME = 200;
/** The longest known registration (VS Code) has 6. */
const MAX_REDIRECT_URIS = 32;
/** As long as the URLs that browsers take. */
const MAX_URI = 2048;
/** Known registrations are below 2 KiB; the rest of this would be stored for nothing. */
const MAX_BYTES = 16 * 1024;

/** As JSON.stringify writes NUL and lone surrogates. */
const NOT_STORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Members that would make this server fetch one more URL that a stranger chose. */
const REFUSED = ['jwks_uri', 'sector_identifier_uri'] as const;

/** Members without a meaning here: no secrets are given out, no keys are needed, and this is no OpenID provider. */
const DROPPED = [
  'client_secret',
  'client_secret_expires_at',
  'jwks',
  'default_acr_values',
  'default_max_age',
  'initiate_login_uri',
  'require_auth_time',
  'response_modes',
  // What a token may do is decided by its resource and by the person who consents, not by what a stranger registered.
  'scope',
] as const;

/** Nobody can keep a secret that anybody gets for the asking, so clients that ask for one are public clients here. */
const SECRET_METHODS: ReadonlySet<unknown> = new Set([
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
]);

/** Seen by `normalizeClientMetadata` beside what oidc-provider knows. */
export const EXTRA_METADATA = ['token_endpoint_auth_methods_supported'] as const;

/**
 * What clients say about themselves (RFC 7591 section 2, or their metadata document), brought into the form that this
 * server works with; changes `metadata` in place, as `extraClientMetadata.validator` is meant to. Runs for every client,
 * also for one that is read back from the database.
 */
export function normalizeClientMetadata(metadata: AllClientMetadata): void {
  offerPublicClient(metadata);
  for (const member of REFUSED) {
    if (metadata[member] !== undefined) throw invalid(`${member} is not supported`);
  }
  for (const member of DROPPED) delete metadata[member];
  assertBounded(metadata);
  keepWhatIsSupported(metadata);
  metadata.application_type = applicationType(metadata.redirect_uris);
}

/**
 * ChatGPT's document prefers `private_key_jwt`, with keys at a URL, but says in `token_endpoint_auth_methods_supported` that
 * it can do without: then its keys are never needed, so they are neither fetched nor kept.
 */
function offerPublicClient(metadata: AllClientMetadata): void {
  const choices = metadata.token_endpoint_auth_methods_supported;
  delete metadata.token_endpoint_auth_methods_supported;
  const isPublic = metadata.token_endpoint_auth_method === 'none';
  if (isPublic || !Array.isArray(choices) || !choices.includes('none')) return;
  metadata.token_endpoint_auth_method = 'none';
  delete metadata.jwks_uri;
}

function assertBounded(metadata: AllClientMetadata): void {
  const { redirect_uris: uris, client_name: name } = metadata;
  for (const [member, value] of Object.entries(metadata)) {
    if ([value].flat().some((part) => typeof part === 'object')) throw invalid(`${member} must not be nested`);
  }
  const text = JSON.stringify(metadata);
  if (NOT_STORABLE.test(text)) throw invalid('metadata has characters that no text has (U+0000, lone surrogates)');
  if (text.length > MAX_BYTES) throw invalid(`metadata is larger than ${MAX_BYTES} bytes`);
  if (typeof name === 'string' && name.length > MAX_NAME) throw invalid(`client_name is longer than ${MAX_NAME}`);
  // Types are checked by oidc-provider afterwards.
  if (!Array.isArray(uris)) return;
  if (uris.length > MAX_REDIRECT_URIS) throw invalid(`redirect_uris has more than ${MAX_REDIRECT_URIS} members`);
  for (const uri of uris as readonly unknown[]) {
    if (typeof uri !== 'string') continue;
    if (uri.length > MAX_URI) throw invalid(`redirect_uris has a member longer than ${MAX_URI}`);
    if (!redirectTarget(uri)) throw invalid('redirect_uris must be https, http on a loopback host, or an app scheme');
  }
}

/** RFC 7591 section 3.2.1: the server may replace requested values by those that it can do. */
function keepWhatIsSupported(metadata: AllClientMetadata): void {
  const { grant_types: grants, client_id: id } = metadata;
  // Nobody registers for it: what the command line may have, it has where a gateway exchanges at all (provider.ts).
  const own = id === COMMAND_LINE_CLIENT_ID ? [TOKEN_EXCHANGE] : [];
  const supported: ReadonlySet<unknown> = new Set([...GRANT_TYPES, ...own]);
  if (Array.isArray(grants)) metadata.grant_types = grants.filter((grant) => supported.has(grant));
  if (SECRET_METHODS.has(metadata.token_endpoint_auth_method)) metadata.token_endpoint_auth_method = 'none';
  metadata.response_types = ['code'];
  metadata.subject_type = 'public';
  metadata.id_token_signed_response_alg = 'ES256';
}

/**
 * RFC 8252: who listens on loopback or owns a scheme is an installed program, and may use any port there. Clients leave
 * `application_type` out (Claude Code, Cursor), and oidc-provider then takes them for web sites and refuses their redirects.
 */
function applicationType(redirectUris: unknown): 'native' | 'web' {
  const uris: readonly unknown[] = Array.isArray(redirectUris) ? redirectUris : [];
  return uris.some((uri) => typeof uri === 'string' && redirectTarget(uri)?.kind !== 'web') ? 'native' : 'web';
}

const invalid = (description: string): Error => new errors.InvalidClientMetadata(description);
