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

/**
 * Schemes that belong to the browser or the system and not to a program that signs in: they open files, shells, mail, shares,
 * settings or other machines with what stands behind them. RFC 8252 section 7.1 wants names of one's own (`com.example.app`).
 */
const OF_NO_APP = new RegExp(
  `^(?:${[
    'about|blob|chrome|chrome-.*|data|devtools|edge|file|filesystem|jar|javascript|livescript|moz-.*|resource|vbscript|view-source',
    'ftps?|gopher|ldaps?|nfs|nntp|sftp|smb|ssh|telnet|tftp|afp|cifs|dav|davs|webdavs?|wss?|rdp|vnc|git|svn|rsync',
    'callto|facetime.*|geo|im|mailto|maps|sip|sips|sms|smsto|tel|webcal|xmpp|magnet|bitcoin',
    'android-app|content|intent|itms.*|market|ms-.*|prefs|app-prefs|search|search-ms|shell|steam|x-apple.*|hcp|help|mk|res|wyciwyg',
  ].join('|')})$`,
);

/** Undefined for what no code may be sent to: not a URL, plain http to another machine (OAuth 2.1 section 8.4.2), a scheme of no app. */
export function redirectTarget(redirectUri: string): RedirectTarget | undefined {
  const url = URL.parse(redirectUri);
  if (!url) return undefined;
  const { protocol, hostname, host } = url;
  if (protocol === 'https:') return isLoopbackHost(hostname) ? { kind: 'loopback', host } : { kind: 'web', host };
  if (protocol === 'http:') return isLoopbackHost(hostname) ? { kind: 'loopback', host } : undefined;
  const scheme = protocol.slice(0, -1);
  return OF_NO_APP.test(scheme) ? undefined : { kind: 'app', scheme };
}
