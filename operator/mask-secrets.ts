/** Shorter values are words that output needs (`yes`, a port); a secret that short protects nothing. */
const SHORTEST = 4;

const MASK = '***';

/** Replaces secrets in a line of text: each value, each of its lines, and the password inside a URL. */
export function maskSecrets(values: readonly string[]): (line: string) => string {
  const hidden = [...new Set(values.flatMap(formsOf))]
    .filter((form) => form.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (line) => hidden.reduce((text, form) => text.replaceAll(form, MASK), line);
}

function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const password = URL.parse(value)?.password ?? '';
  return [value, ...lines, encodeURIComponent(value), password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
