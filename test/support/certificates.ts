import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Subject {
  readonly commonName: string;
  /** For Kubernetes: the groups of a user. */
  readonly organizations?: readonly string[];
  /** DNS names and IPv4 addresses of a server. */
  readonly hosts?: readonly string[];
}

export interface CertificateAuthority extends Certificate {
  issue(subject: Subject): Certificate;
}

const ISSUER: Subject = { commonName: 'mooring-test' };

/** Makes X.509 certificates (RFC 5280) that are good for a day: Node reads them, but makes none. */
export function createCertificateAuthority(): CertificateAuthority {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isCa = sequence(oid('551d13'), TRUE, octets(sequence(TRUE)));
  const cert = certificate({ subject: ISSUER, key: privateKey, extensions: [isCa], issuerKey: privateKey });
  return certificateAuthority({ cert, key: pem(privateKey) });
}

/** The same authority in another process. */
export function certificateAuthority({ cert, key: authorityKey }: Certificate): CertificateAuthority {
  const issuerKey = createPrivateKey(authorityKey);
  return {
    cert,
    key: authorityKey,
    issue(subject) {
      const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = (subject.hosts ?? []).map((host) =>
        isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
      );
      const extensions = [
        // serverAuth and clientAuth
        sequence(oid('551d25'), octets(sequence(oid('2b06010505070301'), oid('2b06010505070302')))),
        ...(names.length > 0 ? [sequence(oid('551d11'), octets(sequence(...names)))] : []),
      ];
      return { cert: certificate({ subject, key, extensions, issuerKey }), key: pem(key) };
    },
  };
}

interface Request {
  readonly subject: Subject;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly issuerKey: KeyObject;
}

const DAY_MS = 24 * 60 * 60 * 1000;

function certificate({ subject, key, extensions, issuerKey }: Request): string {
  const now = Date.now();
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    distinguishedName(ISSUER),
    sequence(utcTime(now - 60_000), utcTime(now + DAY_MS)),
    distinguishedName(subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, issuerKey));
  const body = sequence(toBeSigned, ECDSA_SHA256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
}

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function distinguishedName({ commonName, organizations = [] }: Subject): Buffer {
  const part = (type: string, value: string): Buffer => der(0x31, sequence(oid(type), der(0x0c, Buffer.from(value))));
  return sequence(...organizations.map((name) => part('55040a', name)), part('550403', commonName));
}

function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  // X.690 section 10.1: the shortest form of the length; Go takes no other.
  const size =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
const octets = (content: Buffer): Buffer => der(0x04, content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const TRUE = der(0x01, Buffer.from([0xff]));
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));

const utcTime = (time: number): Buffer => {
  const digits = new Date(time).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(digits.slice(2)));
};
