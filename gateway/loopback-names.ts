/** Names of this machine that need no DNS, as `URL.hostname` writes them. No page of elsewhere can have one as its origin. */
export const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
