import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import { isCertificateError } from '../../core/remote/certificate-error.ts';
import { networkErrorCode } from './network-error-code.ts';

/** Who is there speaks something else: OpenSSL met no TLS, or the parser of HTTP met no HTTP (a TLS alert, for example). */
const OTHER_PROTOCOL = /^(?:ERR_SSL_\w+|EPROTO|HPE_\w+|HTTPParserError)$/;

const TIMEOUTS: ReadonlySet<string> = new Set([
  'TimeoutError',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** What a person can do about a request that got no answer: `unreachable`, from the error of `fetch` or of whatever is built on it. */
export function networkFailure(error: unknown, url: URL): Failure {
  return new Failure('unreachable', `${url.origin} cannot be asked: ${reason(networkErrorCode(error), url)}`);
}

function reason(code: string, { hostname, port, protocol }: URL): string {
  if (code === 'ENOTFOUND') return `no machine is called ${hostname}. Check the spelling of the URL.`;
  if (code === 'EAI_AGAIN') return `the name ${hostname} could not be looked up. Check the network, then try again.`;
  if (code === 'ECONNREFUSED') return 'nothing listens there. Check the port, and that the gateway runs.';
  if (isCertificateError(code)) return certificateReason(code, hostname);
  if (OTHER_PROTOCOL.test(code)) {
    const other = protocol === 'https:' ? 'http' : 'https';
    return `what listens there does not speak ${protocol.slice(0, -1)}. Try ${other}://, or another port.`;
  }
  if (TIMEOUTS.has(code))
    return 'it does not answer in time. Check the network and what is in front of it, then try again.';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'no way leads there. Check the network and VPN.';
  if (code === 'bad port') return `programs may not use port ${port} for the web (Fetch standard, section 2.9).`;
  return `the connection was lost (${printable(code)}). Try again.`;
}

function certificateReason(code: string, hostname: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired. Its owner has to renew it.';
  if (code === 'CERT_NOT_YET_VALID') return 'its certificate is not valid yet. Check the clock of this machine.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `its certificate is not for ${hostname}. Check the URL.`;
  return (
    `nobody whom this machine trusts has signed its certificate (${code}). ` +
    'If that is right, name the file of its authority in NODE_EXTRA_CA_CERTS.'
  );
}
