import { X509Certificate } from 'node:crypto';
import { CredentialsProblem } from './remote-credentials.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Certificates of all keys of a ConfigMap. `place` says which one that is. Throws a CredentialsProblem where there is none, or one that cannot be read. */
export function caBundle(texts: readonly string[], place: string): string {
  const blocks = texts.flatMap((text) => text.match(BLOCK) ?? []);
  if (blocks.length === 0)
    throw invalid(place, 'holds no certificate. Put PEM blocks (BEGIN CERTIFICATE) into any key of it.');
  for (const [index, block] of blocks.entries()) {
    try {
      void new X509Certificate(block);
    } catch {
      throw invalid(place, `holds a certificate that cannot be read: number ${index + 1} of ${blocks.length}.`);
    }
  }
  return blocks.join('\n');
}

const invalid = (place: string, what: string): CredentialsProblem =>
  new CredentialsProblem('InvalidCaBundle', `${place} ${what}`);
