/** Of what others say, in characters: a message of a condition is for a person, and the rest is in their log. */
const LONGEST = 600;

/**
 * One line of what the cluster says, without what changes from one try to the next: random names, container ids, source ports, pauses. So the
 * same failure has the same text, and nothing is written for it twice.
 */
export function shorten(text: string): string {
  const line = text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(
      /(?:rpc error: code = \w+ desc = |failed to pull and unpack image "[^"]*": |failed to resolve reference "[^"]*": )/g,
      '',
    )
    .replaceAll(/\b[a-z]+(?:\.[a-z0-9.]+)? "[^"]*" is forbidden: /g, '')
    .replaceAll(/failed to create typed patch object \([^)]*\): |\b[A-Z]\w+(?:\.[a-z0-9.]+)? "[^"]*" is invalid: /g, '')
    .replaceAll(/\bback-off \d[\dhms.]* /g, '')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '…')
    .replaceAll(/(?:\[[0-9a-fA-F:]+\]|\d{1,3}(?:\.\d{1,3}){3}):\d+->/g, '')
    .replaceAll(/ ?\(?\bpod: ?"[^"]*"(?:, container: ?[^)]*)?\)?/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
