/**
 * Where the browser goes with the code. `web`: a site, proven by its certificate. `loopback`: a program on the user's own
 * computer, whichever listens there. `app`: the program that the system has registered for a scheme.
 */
export type RedirectTarget =
  | { readonly kind: 'web'; readonly host: string }
  | { readonly kind: 'loopback'; readonly host: string }
  | { readonly kind: 'app'; readonly scheme: string };

/** RFC 8252 section 7.3, and `localhost`, which real clients use though its section 8.3 advises against it. */
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export const isLoopbackHost = (hostname: string): boolean => LOOPBACK_HOSTS.has(hostname);

/** Undefined for what no code may be sent to: not a URL, or plain http to another machine (OAuth 2.1 section 8.4.2). */
export function redirectTarget(redirectUri: string): RedirectTarget | undefined {
  const url = URL.parse(redirectUri);
  if (!url) return undefined;
  const { protocol, hostname, host } = url;
  if (protocol === 'https:') return isLoopbackHost(hostname) ? { kind: 'loopback', host } : { kind: 'web', host };
  if (protocol === 'http:') return isLoopbackHost(hostname) ? { kind: 'loopback', host } : undefined;
  return { kind: 'app', scheme: protocol.slice(0, -1) };
}
