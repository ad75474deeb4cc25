import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether what is sent there stays unread on its way: TLS, or this machine. */
export const isPrivateWay = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));

/** The gateway that a person means by a URL: its own, or that of one of its servers. Throws `usage`. */
export function gatewayOrigin(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new Failure('usage', `${printable(text)} is no URL of a gateway. Write it like https://mcp.example.com.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Failure('usage', 'Leave name and password out of the URL: `mooring login` asks for them in the browser.');
  }
  if (!isPrivateWay(url)) {
    throw new Failure(
      'usage',
      `${printable(url.origin)} is not safe: over http anybody on the way reads the tokens. Use https.`,
    );
  }
  return url.origin;
}
