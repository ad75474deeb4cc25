/** Names of variables, flags and query parameters whose value is a secret more often than not. */
const SECRET_NAME =
  /secret|token|passw|passphrase|credential|cookie|session|bearer|webhook|auth(?!or(?!iz))|api[-_]?key|(?:access|private|account|signing|encryption)[-_]?key|encryption|signature|licen[cs]e|\bkek\b|(?:db|my|user|root|admin)(?:pass|pw|key)|conn(?:ection)?[-_]?str|(?:^|[-_])(?:key\d*|sig|dsn|pwd|pass|pw|pat|otp|pin|jwt|sas|mnemonic|seed|salt)(?:$|[-_])/i;

/** What a name of the above is given where it is a setting: `MAX_TOKENS=4096`, `AUTH_ENABLED=true`. A PIN may be a number too, and a key. */
const SETTING = /^(?:true|false|yes|no|on|off|none|\d{1,6})$/i;
const NUMBERS_ARE_SECRET = /passw|pwd|key$|(?:^|[-_])(?:pass|pw|pin|otp)(?:$|[-_])/i;

/** Beginnings that vendors give their keys, so that they are found when they leak. */
const KNOWN_KEY =
  /^(?:[spr]k[-_]|gh[oprsu]_|github_pat_|glpat-|xox[a-z]-|xapp-|A[KS]IA[A-Z0-9]|AIza|ya29\.|hf_|npm_|pypi-|dop_v1_|SG\.|ntn_|lin_|shp[a-z]{2}_|eyJ[\w-]+\.)/;

/** Secrets within a longer text: keys in PEM, user and password in a URL, a header, a connection string. */
const SECRET_WITHIN =
  /-----BEGIN|:\/\/[^/\s:@]*:[^/\s@]+@|\b(?:bearer|basic)\s+\S{6,}|authorization["']?\s*[:=]|(?:passw(?:or)?d|pwd|secret|token|api[-_]?key|(?:account|access)[-_]?key)["']?\s*[=:]\s*["']?[^\s"']/i;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const FILE = /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)/;

/** Whether this value of this name belongs into a Secret. A doubt says yes: a Secret too many costs a command, one too few a key. */
export function looksSecret(name: string, value: string): boolean {
  if (!SECRET_NAME.test(name)) return looksSecretAlone(value);
  return !SETTING.test(value) || NUMBERS_ARE_SECRET.test(name);
}

/** Whether a name alone says that what it stands for is secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** Whether a value is secret whatever it is called. */
export const looksSecretAlone = (value: string): boolean =>
  KNOWN_KEY.test(value) || SECRET_WITHIN.test(value) || looksRandom(value);

/**
 * Whether somebody rolled dice for it: letters and digits mixed over 16 characters without a break (64 bits even in hexadecimal), or 32 of them
 * whatever they are. Words, versions, dates and host names have breaks. UUIDs name things, and paths lead to files.
 */
function looksRandom(value: string): boolean {
  if (UUID.test(value) || FILE.test(value)) return false;
  const runs = value.match(/[A-Za-z0-9]{16,}/g) ?? [];
  return runs.some((run) => run.length >= 32 || (/\d/.test(run) && /[A-Za-z]/.test(run)));
}

/** The part of a URL that looks secret, in words, or undefined. Query and path are as readable as the rest of a manifest. */
export function secretInUrl(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '') return 'its user name and password';
  // Who writes a name of a secret into a URL writes no setting.
  for (const [name, value] of url.searchParams)
    if (isSecretName(name) || name === 'code' || looksSecretAlone(value)) return 'a query parameter';
  return url.pathname.split('/').some((step) => looksRandom(step)) ? 'a part of its path' : undefined;
}
