import { maskCredentials } from '../../operator/mask-credentials.ts';

/** Lines of a PEM body that are masked at most: a key of 16384 bits has some 200; then it was no key that began. */
const LONGEST_KEY = 300;

/**
 * Masks what looks like a credential in lines that come one after the other, as the operator does in the causes that it tells. A key in PEM (RFC
 * 7468) goes over several lines, which it remembers.
 */
export function maskLines(): (line: string) => string {
  let left = 0;
  return (line) => {
    const isEnd = /-----END [A-Z ]{0,43}-----/.test(line);
    if (left > 0) {
      left = isEnd ? 0 : left - 1;
      return isEnd ? maskCredentials(line) : '***';
    }
    if (/-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----/.test(line) && !isEnd) left = LONGEST_KEY;
    return maskCredentials(line);
  };
}
