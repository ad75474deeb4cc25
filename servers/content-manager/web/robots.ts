import { PRODUCT } from './fetch-page.ts';

const EVERYBODY = '*';
/** Groups of others are not kept. */
const OURS: ReadonlySet<string> = new Set([PRODUCT.toLowerCase(), EVERYBODY]);

interface Rule {
  readonly allow: boolean;
  readonly pattern: string;
}

/** What one robots.txt says to us. */
export interface Robots {
  /** Path and query of a URL. */
  allows(path: string): boolean;
}

/** Rules of one file: more would be no robots.txt but an attempt to keep us busy. */
const MAX_RULES = 5000;

export const ALLOWS_ALL: Robots = { allows: () => true };
export const ALLOWS_NOTHING: Robots = { allows: () => false };

/** Reads robots.txt as RFC 9309 section 2.2 wants: the groups for us, or else those for everybody; the longest match counts. */
export function parseRobots(text: string): Robots {
  const groups = groupsOf(text);
  const rules = groups.get(PRODUCT.toLowerCase()) ?? groups.get(EVERYBODY) ?? [];
  return {
    allows: (path) => {
      const target = normalized(path);
      let best: Rule | undefined;
      for (const rule of rules) {
        if (!matches(rule.pattern, target)) continue;
        const longer = rule.pattern.length - (best?.pattern.length ?? -1);
        // "If an allow rule and a disallow rule are equivalent, then the allow rule SHOULD be used" (section 2.2.2).
        if (longer > 0 || (longer === 0 && rule.allow)) best = rule;
      }
      return best?.allow ?? true;
    },
  };
}

/** Rules by product token in lower case; groups of one token are merged (section 2.2.1). */
function groupsOf(text: string): Map<string, Rule[]> {
  const groups = new Map<string, Rule[]>();
  /** Each once: a file of 500 KiB may name one 30,000 times. */
  let agents = new Set<string>();
  let isHead = false;
  let count = 0;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const [, field = '', value = ''] = /^\s*([a-z-]+)\s*:\s*([^#]*)/i.exec(line) ?? [];
    const name = field.toLowerCase();
    if (name === 'user-agent') {
      if (!isHead) agents = new Set();
      isHead = true;
      // Some write a version behind the token, or more.
      const agent = /^(\*|[a-z_-]+)/i.exec(value)?.[1]?.toLowerCase();
      if (agent === undefined || !OURS.has(agent)) continue;
      agents.add(agent);
      if (!groups.has(agent)) groups.set(agent, []);
    } else if (name === 'allow' || name === 'disallow') {
      isHead = false;
      const pattern = value.trim();
      // An empty pattern matches nothing (section 2.2.2, the ABNF of `rule`).
      if (pattern === '' || agents.size === 0 || ++count > MAX_RULES) continue;
      for (const agent of agents) groups.get(agent)?.push({ allow: name === 'allow', pattern: normalized(pattern) });
    }
  }
  return groups;
}

/** `*` is any text and `$` at the end the end (section 2.2.3). Goes through the target once: a RegExp could be kept busy for years. */
function matches(pattern: string, target: string): boolean {
  const isWhole = pattern.endsWith('$');
  const [first = '', ...pieces] = (isWhole ? pattern.slice(0, -1) : pattern).split('*');
  if (!target.startsWith(first)) return false;
  const last = pieces.pop();
  if (last === undefined) return !isWhole || target === first;
  let at = first.length;
  for (const piece of pieces) {
    const found = target.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return isWhole ? target.length - last.length >= at && target.endsWith(last) : target.includes(last, at);
}

/** Octets outside of ASCII are compared as they are percent-encoded, and `%xx` in any case (section 2.2.2). */
const normalized = (path: string): string =>
  path
    .replaceAll(/[^\x21-\x7E]/gu, (character) => (character.isWellFormed() ? encodeURIComponent(character) : ''))
    .replaceAll(/%[0-9a-f]{2}/gi, (octet) => {
      const code = Number.parseInt(octet.slice(1), 16);
      return /[\w.~-]/.test(String.fromCodePoint(code)) ? String.fromCodePoint(code) : octet.toUpperCase();
    });
