import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { KeyRing } from '../../core/keys.ts';

/** A session of a backend: which pod holds it (empty where there is one process), and its id there. */
export interface BackendSession {
  readonly pod: string;
  readonly id: string;
}

/** For whom and where a session is good. */
export interface SessionOwner {
  /** Absent for anonymous callers, who share their sessions with each other and with nobody else. */
  readonly subject: string | undefined;
  /** `metadata.uid`: a server that takes over a name does not take over the sessions. */
  readonly server: string;
}

/** Binds ids of backend sessions to their owners, so that any replica can route them and nobody else can use them. */
export interface SessionSeal {
  /** What the client is given as `Mcp-Session-Id`. */
  seal(session: BackendSession, owner: SessionOwner): string;
  /** Undefined for ids that are foreign, altered, of another owner, or under a key that is gone. */
  open(sealed: string, owner: SessionOwner): BackendSession | undefined;
}

/** Characters. The specification suggests a UUID, a JWT or a hash; 2048 has room for a JWT with a public key in it. */
const MAX_ID = 2048;
/** Ids are visible ASCII (MCP, Streamable HTTP). */
const SESSION_ID = new RegExp(`^[\\x21-\\x7e]{1,${MAX_ID}}$`);
/** Characters of the longest name of a Kubernetes object. */
const MAX_POD = 253;
/** Version and two dots; pod, space and id, of which Base64 makes 4 characters of 3; 43 of the MAC's 32 bytes. */
const MAX_SEALED = 3 + Math.ceil(((MAX_POD + 1 + MAX_ID) * 4) / 3) + 43;
/** So that another format can be told apart. */
const VERSION = '1';

/** Whether a backend may call a session so. */
export const isSessionId = (id: string): boolean => SESSION_ID.test(id);

/** `1.<pod, space, id>.<HMAC-SHA-256>` in base64url. The first key of the ring signs, all verify. */
export function sessionSeal(ring: KeyRing): SessionSeal {
  const keys = ring.map(({ k }) => createSecretKey(k ?? '', 'base64url')) as [KeyObject, ...KeyObject[]];
  return {
    seal: ({ pod, id }, owner) => {
      if (!isSessionId(id) || pod.length > MAX_POD || pod.includes(' ')) throw new RangeError('not a session id');
      const content = Buffer.from(`${pod} ${id}`).toString('base64url');
      return `${VERSION}.${content}.${mac(keys[0], content, owner).toString('base64url')}`;
    },
    open: (sealed, owner) => {
      if (sealed.length > MAX_SEALED) return undefined;
      const [version, content, given, ...rest] = sealed.split('.');
      if (version !== VERSION || !content || !given || rest.length > 0) return undefined;
      const claimed = Buffer.from(given, 'base64url');
      // Base64 has several spellings of the same bytes; only the one that was given out is an id.
      if (claimed.toString('base64url') !== given) return undefined;
      return keys.some((key) => isEqual(mac(key, content, owner), claimed)) ? contentOf(content) : undefined;
    },
  };
}

/** JSON keeps the parts apart whatever they contain; null is no subject, since subjects are strings. */
const mac = (key: KeyObject, content: string, { subject, server }: SessionOwner): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify([VERSION, content, server, subject ?? null]))
    .digest();

const isEqual = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

function contentOf(content: string): BackendSession {
  const text = Buffer.from(content, 'base64url').toString();
  const space = text.indexOf(' ');
  return { pod: text.slice(0, space), id: text.slice(space + 1) };
}
