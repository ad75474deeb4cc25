import { TargetRefused } from '../../core/remote/checked-lookup.ts';
import { CredentialsProblem } from '../../core/remote/remote-credentials.ts';
import type { Cause } from '../cause.ts';
import type { ProbeFailure } from '../mcp/probe-failure.ts';
import type { Reach } from './reach.ts';

/** Why a server that runs elsewhere has not answered MCP. What may end by itself is not stalled: it is asked again. */
export function remoteCause(url: string, reach: Reach, failure: ProbeFailure): Cause {
  const { host, protocol } = URL.parse(url) ?? { host: url, protocol: '' };
  const { kind, message, cause } = failure;
  if (cause instanceof CredentialsProblem) return { reason: cause.reason, message: cause.message, stalled: true };
  if (cause instanceof TargetRefused) return refused(host, protocol);
  switch (kind) {
    case 'blocked':
      return { reason: 'CertificateNotTrusted', message: `${host} ${notTrusted(reach, message)}`, stalled: true };
    case 'refused':
      return { reason: 'RemoteUnreachable', message: `Nothing listens on ${host}. ${ASKED_AGAIN}` };
    case 'no-answer':
      return { reason: 'RemoteUnreachable', message: `${host} has not answered MCP: ${message}. ${ASKED_AGAIN}` };
    case 'server-error':
      return { reason: 'ServerError', message: `${url} ${message} and not MCP. ${ASKED_AGAIN}` };
    case 'unauthorized':
      return {
        reason: 'Unauthorized',
        message: `${url} ${message}: give it the credentials that it wants in the Secret of spec.remote.headersFrom, for example as the key Authorization.`,
        stalled: true,
      };
    case 'not-mcp':
      return {
        reason: 'NotMcp',
        message: `${url} does not speak MCP over streamable HTTP: ${message}. Give the URL of its MCP endpoint itself in spec.remote.url; redirects are not followed.`,
        stalled: true,
      };
    default:
      return kind satisfies never;
  }
}

const ASKED_AGAIN = 'It is asked again and again; check the URL in spec.remote.url if this stays.';

const refused = (host: string, protocol: string): Cause => ({
  reason: 'TargetRefused',
  message:
    protocol === 'https:'
      ? `${host} is not at a public address, so Mooring does not connect to it. Who administers Mooring can list the host or its addresses in remote.allow of mooring.yaml; loopback and link-local addresses and the API server are refused even then.`
      : `${host} would be spoken to without encryption. Write https in spec.remote.url; where there is none, who administers Mooring can list the host in remote.allow of mooring.yaml.`,
  stalled: true,
});

const notTrusted = ({ caName }: Reach, why: string): string =>
  caName === undefined
    ? `shows a certificate that no authority of this system vouches for (${why}). Where it has one of its own, put that into a ConfigMap and name it in spec.remote.caBundleFrom.`
    : `shows a certificate that ConfigMap "${caName}" of spec.remote.caBundleFrom does not vouch for (${why}). Put the certificate of its authority there.`;
