import { qualifiedName } from '../../../crds/mcpserver.ts';
import { printable } from '../../../crds/problem.ts';
import { shellWord } from '../../output/shell-word.ts';
import { commandFor } from '../../places/command-for.ts';
import { challengeOf } from '../facts/challenge-of.ts';
import { endpointOf } from '../facts/public-urls.ts';
import { rpcError } from '../facts/rpc-error.ts';
import { tokenClaims, type TokenClaims } from '../facts/token-claims.ts';
import { judgeClaims, type Fitting } from '../judge-claims.ts';
import type { Check } from '../check.ts';
import { broken } from '../link.ts';
import type { Subject } from '../subject.ts';

/** The gateway takes the token. What the token says of itself only explains why it does not. */
export const token: Check = async (subject, signal) => {
  if (endpointOf(subject.server) === '') return undefined;
  const chosen = await subject.token();
  if (chosen.kind === 'missing') return chosen.why;
  if (chosen.kind === 'not needed') return { detail: 'none is needed' };
  const claims = tokenClaims(chosen.token);
  const answered = await subject.greeting(signal);
  // Silence comes from the server behind: refusals come at once. The last link tells of it.
  if (answered.kind === 'silence' || !isRefusal(answered.status)) return { detail: described(claims) };
  const challenge = challengeOf(answered.headers.get('www-authenticate'));
  const refusal = rpcError(answered.json);
  // Of a good token that grants too little, the next link tells.
  if (challenge?.error === 'insufficient_scope') return { detail: described(claims) };
  const said = challenge?.description ?? refusal?.message ?? `HTTP ${answered.status}`;
  const found = claims && judgeClaims(claims, await fittingOf(subject, signal));
  if (found) return { ...found, message: `${found.message} The gateway says: ${shown(said)}` };
  const kind = claims ? '' : ' It is no JWT, so nothing more can be seen of it.';
  return broken('InvalidToken', `The gateway does not take the token: ${shown(said)}${kind}`, renewalOf(subject));
};

const isRefusal = (status: number): boolean => status === 401 || status === 403;

/** What the gateway says is of somebody else where something else answers. */
const shown = (text: string): string =>
  text
    .slice(0, 300)
    .match(/.{1,60}/gs)
    ?.map(printable)
    .join('') ?? '';

function described(claims: TokenClaims | undefined): string {
  if (!claims) return 'is taken';
  const { clientId, expiresAt } = claims;
  const ends =
    expiresAt === undefined
      ? []
      : [`good for ${Math.max(0, Math.round((expiresAt * 1000 - Date.now()) / 60_000))} minutes`];
  return [...(clientId === undefined ? [] : [`of client ${printable(clientId)}`]), ...ends].join(', ') || 'is taken';
}

async function fittingOf(subject: Subject, signal: AbortSignal): Promise<Fitting> {
  const { server, place } = subject;
  const knocked = await subject.resourceMetadata(signal);
  const { authorization_servers: issuers } = (knocked.kind === 'answer' ? knocked.json : {}) as {
    authorization_servers?: readonly string[];
  };
  const { namespace, name } = server.metadata;
  return {
    url: endpointOf(server),
    issuer: issuers?.[0],
    owner:
      namespace === undefined || place.kind === 'gateway'
        ? undefined
        : qualifiedName({ metadata: { namespace, name } }),
    clientId: server.spec.oauth?.clientId,
    renewal: renewalOf(subject),
  };
}

const renewalOf = (subject: Subject): string =>
  subject.place.kind === 'laptop'
    ? `Get a new one: \`${commandFor(subject, 'token --server')}\`; MCP clients get one by signing in again.`
    : `Get a new one for this server: \`mooring login ${shellWord(new URL(endpointOf(subject.server)).origin)}\`, or sign in again in your MCP client.`;
