import { printable } from '../../crds/problem.ts';
import { CLOCK_TOLERANCE } from '../../gateway/auth/access-token.ts';
import type { TokenClaims } from './facts/token-claims.ts';
import { broken, type Break } from './link.ts';

/** What a token must fit. Undefined: not known here. */
export interface Fitting {
  readonly url: string;
  readonly issuer: string | undefined;
  /** `<namespace>/<name>` */
  readonly owner: string | undefined;
  readonly clientId: string | undefined;
  /** How to get a token that fits. */
  readonly renewal: string;
}

type Judge = (claims: TokenClaims, fitting: Fitting, now: number) => Break | undefined;

/** In this order: what a new token of the same kind would not cure comes first. */
const JUDGES: readonly Judge[] = [wrongIssuer, wrongAudience, nameChangedHands, clientNotAllowed, notValidYet, expired];

/** Why a token with these claims is refused; undefined where they do not say. `now` in seconds since 1970. */
export function judgeClaims(claims: TokenClaims, fitting: Fitting, now = Date.now() / 1000): Break | undefined {
  for (const judge of JUDGES) {
    const found = judge(claims, fitting, now);
    if (found) return found;
  }
  return undefined;
}

function wrongIssuer({ issuer }: TokenClaims, fitting: Fitting): Break | undefined {
  if (fitting.issuer === undefined || issuer === fitting.issuer) return undefined;
  const message = `The token is of ${shown(issuer)}; this server takes those of ${fitting.issuer}.`;
  return broken('WrongIssuer', message, fitting.renewal);
}

function wrongAudience({ audiences }: TokenClaims, { url, renewal }: Fitting): Break | undefined {
  if (audiences.includes(url)) return undefined;
  const made = audiences.length === 0 ? 'names no server' : `was made for ${audiences.map(shown).join(', ')}`;
  return broken('WrongAudience', `The token ${made}; this server is ${url}.`, renewal);
}

function nameChangedHands({ owner }: TokenClaims, fitting: Fitting): Break | undefined {
  if (fitting.owner === undefined || owner === fitting.owner) return undefined;
  const message = `The token was made when ${shown(owner)} had this name; now ${fitting.owner} has it.`;
  return broken('NameChangedHands', message, fitting.renewal);
}

function clientNotAllowed({ clientId }: TokenClaims, fitting: Fitting): Break | undefined {
  if (fitting.clientId === undefined || clientId === fitting.clientId) return undefined;
  return broken(
    'ClientNotAllowed',
    `The token was issued to the client ${shown(clientId)}; spec.oauth.clientId lets in only ${printable(fitting.clientId)}.`,
    'Sign in with that client, or correct spec.oauth.clientId.',
  );
}

function notValidYet({ validFrom }: TokenClaims, _fitting: Fitting, now: number): Break | undefined {
  if (validFrom === undefined || validFrom <= now + CLOCK_TOLERANCE) return undefined;
  return broken(
    'ClockSkew',
    `The token was made in the future: it is valid from ${time(validFrom)} on, and here it is ${time(now)}.`,
    'Set the clocks of who issues tokens, of the gateway and of this machine: switch time synchronization (NTP) on.',
  );
}

function expired({ expiresAt }: TokenClaims, { renewal }: Fitting, now: number): Break | undefined {
  if (expiresAt === undefined || expiresAt + CLOCK_TOLERANCE > now) return undefined;
  return broken('ExpiredToken', `The token has expired at ${time(expiresAt)}; now it is ${time(now)}.`, renewal);
}

/** A URL of a stranger is longer than `printable` keeps; two of them are told apart by their ends. */
const shown = (text: string | undefined): string =>
  text === undefined ? 'nobody' : text.slice(0, 200).replaceAll(/[^\x21-\x7e]/g, '\uFFFD');

/** A token may hold any number; what is no time is shown as it is. */
function time(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}
