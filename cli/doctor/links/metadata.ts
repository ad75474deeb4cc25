import { printable } from '../../../crds/problem.ts';
import { METADATA_PATH } from '../../../gateway/authorization-server/paths.ts';
import { challengeOf } from '../facts/challenge-of.ts';
import { memberOf } from '../facts/gateway-answer.ts';
import { knock } from '../facts/knock.ts';
import { endpointOf, metadataUrlOf } from '../facts/public-urls.ts';
import { sayHello } from '../facts/say-hello.ts';
import type { Check } from '../check.ts';
import { broken, type Break } from '../link.ts';
import type { Subject } from '../subject.ts';

/** Clients find the way to a token: metadata of the resource (RFC 9728), of its authorization server (RFC 8414), and the challenge that starts it. */
export const metadata: Check = async (subject, signal) => {
  const { server } = subject;
  if (endpointOf(server) === '') return undefined;
  const knocked = await subject.resourceMetadata(signal);
  if (knocked.kind === 'silence') return undefined;
  const wrong = wrongResource(subject, memberOf(knocked.json, 'resource'));
  if (wrong) return wrong;
  const [issuer] = (knocked.json as { authorization_servers?: readonly unknown[] }).authorization_servers ?? [];
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) {
    return broken(
      'MetadataWrong',
      `${knocked.url} names no authorization server.`,
      'Let the gateway be the one that answers there.',
    );
  }
  return (
    (await wrongIssuer(issuer, signal)) ??
    (await wrongChallenge(subject, signal)) ?? { detail: `tokens come from ${issuer}` }
  );
};

/** Clients refuse metadata whose `resource` is not the URL that they were given (RFC 9728 section 3.3). */
function wrongResource({ server }: Subject, resource: string | undefined): Break | undefined {
  if (resource === endpointOf(server)) return undefined;
  return broken(
    'PublicUrlWrong',
    `The gateway calls this server ${printable(resource ?? 'nothing')}, and clients are given ${endpointOf(server)}: they refuse to sign in.`,
    'Give publicUrl one value for operator and gateway, and start both again; where several gateways share an address, give each its own.',
  );
}

async function wrongIssuer(issuer: string, signal: AbortSignal): Promise<Break | undefined> {
  // The issuer has no path: RFC 8414 section 3.
  const url = new URL(METADATA_PATH, issuer).href;
  const answered = await knock(url, { signal });
  const told = answered.kind === 'answer' ? memberOf(answered.json, 'issuer') : undefined;
  if (told === issuer) return undefined;
  const seen =
    told !== undefined
      ? `says that it is ${printable(told)}`
      : answered.kind === 'answer'
        ? `answers HTTP ${answered.status} and no metadata`
        : `cannot be read (${answered.code})`;
  return broken(
    'MetadataWrong',
    `The server names ${issuer} as its authorization server, but ${url} ${seen}.`,
    'Let what stands before the gateway pass on /.well-known and /oauth as well, and set publicUrl to the address that clients use.',
  );
}

/** Without a token a server that wants one says where to get it. */
async function wrongChallenge({ server }: Subject, signal: AbortSignal): Promise<Break | undefined> {
  if (server.spec.oauth?.required === false) return undefined;
  const answered = await sayHello(endpointOf(server), signal);
  if (answered.kind === 'silence') return undefined;
  const challenge = challengeOf(answered.headers.get('www-authenticate'));
  if (answered.status === 401 && challenge?.resourceMetadata === metadataUrlOf(server)) return undefined;
  const seen =
    answered.status === 401
      ? `does not name ${metadataUrlOf(server)} in WWW-Authenticate`
      : `answers HTTP ${answered.status} instead of 401`;
  return broken(
    'ChallengeMissing',
    `Without a token ${endpointOf(server)} ${seen}, so clients do not find where to sign in.`,
    'Let what stands before the gateway pass on the status 401 and the header WWW-Authenticate unchanged, and add no credentials of its own.',
  );
}
