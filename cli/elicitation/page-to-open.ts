/** Longer addresses are not read by anybody. */
const MAX_URL = 2000;

/** A page that a server asks a person to open, as it can be shown; or what is wrong with it. */
export function pageToOpen(
  text: string,
): { readonly url: string; readonly host: string } | { readonly problem: string } {
  if (text.length > MAX_URL) return { problem: 'has an address that is too long to be read' };
  if (!URL.canParse(text)) return { problem: 'has no valid address' };
  // Parsed anew, foreign letters in names are punycode and nothing is left that a terminal obeys.
  const { href, host, protocol, username, hostname } = new URL(text);
  if (username !== '') return { problem: 'hides its site behind a name of a user' };
  const isOurs = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  // MCP 2025-11-25, elicitation: URLs of production are https.
  return protocol === 'https:' || isOurs ? { url: href, host } : { problem: 'is not https' };
}
