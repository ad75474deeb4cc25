import { createSecretKey } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { jwtVerify, SignJWT } from 'jose';
import type { KeyRing } from '../../core/keys.ts';

/** What a browser is remembered for while it signs in for a page: each is of that one page. */
export interface SignInState {
  readonly page: string;
  readonly state: string;
  readonly verifier: string;
}

/** Who has signed in for a page. */
export interface PageVisitor {
  readonly page: string;
  readonly subject: string;
}

/** Seconds: a sign-in is looked up, typed and mistyped in it; then the page itself is open for five minutes. */
const SIGN_IN_SECONDS = 600;
const VISIT_SECONDS = 300;

/** Reads and writes what the gateway remembers in the browser, signed by its cookie keys. */
export interface PageCookies {
  begin(state: SignInState): Promise<string>;
  begun(incoming: IncomingMessage): Promise<SignInState | undefined>;
  arrive(visitor: PageVisitor): Promise<string>;
  /** Who opened this very page. */
  visitor(incoming: IncomingMessage, page: string): Promise<PageVisitor | undefined>;
  /** Forgets a visitor: what was typed was the only thing to do there. */
  leave(page: string): string;
}

/** `signedInPath` alone is sent the cookie of a sign-in, and a page alone that of its visitor. */
export function pageCookies(
  ring: KeyRing,
  { publicUrl, signedInPath }: { publicUrl: string; signedInPath: string },
): PageCookies {
  const isHttps = publicUrl.startsWith('https:');
  // RFC 6265bis section 4.1.3: no plain-http page can set a cookie of this prefix.
  const prefix = isHttps ? '__Secure-mooring' : 'mooring';
  const attributes = (path: string, seconds: number): string =>
    `Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;

  const keyOf = ({ k = '' }: KeyRing[0]) => createSecretKey(Buffer.from(k, 'base64url'));
  const sign = async (typ: string, claims: SignInState | PageVisitor, seconds: number): Promise<string> =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256', typ, kid: ring[0].kid })
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(keyOf(ring[0]));
  const read = async <Claims>(incoming: IncomingMessage, name: string, typ: string): Promise<Claims | undefined> => {
    const token = cookieOf(incoming, name);
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = ring.find((each) => each.kid === kid);
          if (!key) throw new Error('no such key');
          return keyOf(key);
        },
        { algorithms: ['HS256'], typ, requiredClaims: ['exp'] },
      );
      return payload as Claims;
    } catch {
      return undefined;
    }
  };

  const [signIn, visit] = [`${prefix}_page_sign_in`, `${prefix}_page`];
  return {
    begin: async (state) =>
      `${signIn}=${await sign('mooring-page-sign-in', state, SIGN_IN_SECONDS)}; ${attributes(signedInPath, SIGN_IN_SECONDS)}`,
    begun: async (incoming) => read<SignInState>(incoming, signIn, 'mooring-page-sign-in'),
    arrive: async (visitor) =>
      `${visit}=${await sign('mooring-page', visitor, VISIT_SECONDS)}; ${attributes(visitor.page, VISIT_SECONDS)}`,
    async visitor(incoming, page) {
      const visitor = await read<PageVisitor>(incoming, visit, 'mooring-page');
      return visitor?.page === page ? visitor : undefined;
    },
    leave: (page) => `${visit}=; ${attributes(page, 0)}`,
  };
}

function cookieOf({ headers: { cookie = '' } }: IncomingMessage, name: string): string | undefined {
  const found = cookie.split(/;\s*/).find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}
