import { maskCredentials } from '../../core/mask-credentials.ts';

/** Lines of a PEM body that are masked at most: a key of 16384 bits has some 200; then it was no key that began. */
const LONGEST_KEY = 300;

/**
 * A line of the body of a key, or a word that looks like one: encoders wrap at 64 characters (RFC 7468 section 2), and the last line is shorter.
 * Ten bytes of the end of a key give nothing away.
 */
const BODY_LINE = /^\s*[A-Za-z0-9+/]{16,80}={0,2}\s*$/;

/**
 * Masks what looks like a credential in lines that come one after the other, as the operator does in the causes that it tells. A key in PEM (RFC
 * 7468) goes over several lines, which it remembers. The first line may lie within one: what looks like its body is masked until something else comes.
 */
export function maskLines(): (line: string) => string {
  let left = 0;
  let mayBeWithin = true;
  return (line) => {
    const isEnd = /-----END [A-Z ]{0,43}-----/.test(line);
    if (left > 0) {
      left = isEnd ? 0 : left - 1;
      return isEnd ? maskCredentials(line) : '***';
    }
    mayBeWithin &&= BODY_LINE.test(line);
    if (mayBeWithin) return '***';
    if (/-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----/.test(line) && !isEnd) left = LONGEST_KEY;
    return maskCredentials(line);
  };
}
