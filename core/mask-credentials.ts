const MASK = '***';

/**
 * What credentials look like, for output of which nobody knows the secrets: the operator may not read the Secrets of servers. Each form keeps
 * what says what it is. None of them can backtrack: every repetition ends at a character that it does not take.
 */
const FORMS: readonly (readonly [RegExp, string])[] = [
  // PEM (RFC 7468), also where only its beginning was kept.
  [/-----BEGIN ([A-Z ]{0,32}PRIVATE KEY)-----[^-]*(?:-----END [A-Z ]{0,43}-----)?/g, `-----BEGIN $1----- ${MASK}`],
  // …, or only its end. It begins where a line does: from each character on, a file of base64 would be read 80 times as often.
  [/(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/=]{16,}\s{1,4}){1,64}(-----END [A-Z ]{0,32}PRIVATE KEY-----)/g, `${MASK} $1`],
  // JWS and JWE in compact form (RFC 7515, 7516).
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g, MASK],
  // The userinfo of a URL (RFC 3986 3.2.1).
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{0,256}):[^\s"']{1,1024}@/gi, `$1:${MASK}@`],
  // Authorization (RFC 9110 11.6.2), as header or as logged object.
  [/\b(bearer|basic|authorization: token)\s+[\w+/=.~-]{8,}/gi, `$1 ${MASK}`],
  // Tokens that say whose they are: GitHub, GitLab, Slack, OpenAI and Anthropic, Stripe, AWS, Google, Hugging Face, npm, PyPI, DigitalOcean.
  [
    /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|sk-|[rs]k_(?:live|test)_|whsec_|AKIA|ASIA|AIza|ya29\.|hf_|npm_|pypi-|dop_v1_)[\w-]{12,}/g,
    MASK,
  ],
  // --password value.
  [
    /((?<![\w-])--[\w-]{0,64}(?:passw(?:or)?d|passphrase|secret|token|key)[\w-]{0,32} )(?!-|\*\*\*)\S{3,}/gi,
    `$1${MASK}`,
  ],
  // NAME=value, name: value, "name": "value"; in quotes up to the last of them.
  [
    /((?:passw(?:or)?d|passphrase|pwd|_pass|_kek|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[\w-]{0,32}["']?\s{0,3}[=:]\s{0,3})(?:(["'])(?!\*\*\*)[^"'\n]{3,}\2?|(?!\*\*\*)[^\s"',;&]{3,})/gi,
    `$1$2${MASK}$2`,
  ],
];

/** Replaces in a text what looks like a credential. */
export const maskCredentials = (text: string): string =>
  FORMS.reduce((masked, [form, by]) => masked.replaceAll(form, by), text);
