const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds. The gateway verifies tokens without asking, so a revocation takes effect when the token ends. */
export const ACCESS_TOKEN = 15 * MINUTE;
/** Seconds. For clients that cannot refresh: each new token costs their user a sign-in. */
export const ACCESS_TOKEN_WITHOUT_REFRESH = HOUR;
/**
 * Seconds. For who acts for a caller (token-exchange.ts): a command of systemprompt has 60 s (LIMITS there), and a token is asked for within them, so it
 * is good to the end of the command and for no other.
 */
export const EXCHANGED_TOKEN = MINUTE;
/** Seconds. RFC 6749 section 4.1.2 allows 10 minutes; a client redeems it at once. */
export const AUTHORIZATION_CODE = MINUTE;
/** Seconds. A client that was not used for this long asks again (RFC 9700 section 4.14.2); each use starts it anew. */
export const REFRESH_TOKEN = 30 * DAY;
/** Seconds. However much it is used, consent is asked for again after this time. */
export const GRANT = 180 * DAY;
/** Seconds. Time to find a password and to read a page. */
export const INTERACTION = 15 * MINUTE;
/** Seconds. One working day without typing the password again. */
export const SESSION = 8 * HOUR;
