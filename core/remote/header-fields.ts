import { CredentialsProblem, type RemoteHeaders } from './remote-credentials.ts';

/** Headers of one server. Real ones have one or two. */
const MAX_HEADERS = 32;

/** Characters of one value: as long as servers take a whole line of a head. */
const MAX_VALUE = 8192;

/** RFC 9110 section 5.6.2, without what a key of a Secret cannot be. */
const NAME = /^[-._A-Za-z0-9]+$/;

/** RFC 9110 section 5.5: visible ASCII, and spaces within. */
const VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;

/** They frame the request, or are said by MCP and by us. */
const NOT_TO_BE_SET =
  /^(?:accept|connection|content-.*|expect|host|http2-settings|keep-alive|last-event-id|mcp-.*|mooring-.*|te|trailer|transfer-encoding|upgrade)$/i;

/** The keys and values of a Secret as headers. `place` says which Secret that is. Throws a CredentialsProblem, which names no value. */
export function headerFields(secret: ReadonlyMap<string, string>, place: string): RemoteHeaders {
  const invalid = (what: string): CredentialsProblem => new CredentialsProblem('InvalidHeaders', `${place} ${what}`);
  if (secret.size === 0) throw invalid('is empty. Each key is the name of a header, its value what is sent.');
  if (secret.size > MAX_HEADERS) throw invalid(`has more than ${MAX_HEADERS} keys. Each is sent as a header.`);
  const fields = [...secret].map(([name, text]): [string, string] => {
    if (!NAME.test(name)) throw invalid(`has the key "${name.slice(0, 100)}", which is no name of a header.`);
    if (NOT_TO_BE_SET.test(name)) throw invalid(`has the key "${name}": that header is not for it to set. Remove it.`);
    // Editors and `echo` put a line break at the end.
    const value = text.replace(/\r?\n$/, '');
    if (value.length > MAX_VALUE || !VALUE.test(value)) {
      throw invalid(
        `has a value for "${name}" that cannot be sent: one line of at most ${MAX_VALUE} plain ASCII characters.`,
      );
    }
    return [name.toLowerCase(), value];
  });
  if (new Set(fields.map(([name]) => name)).size < fields.length) {
    throw invalid('names one header twice, in different spellings. Remove one.');
  }
  return Object.fromEntries(fields);
}
