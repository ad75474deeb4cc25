import { isSecretName, looksSecret, looksSecretAlone } from '../../../../core/secret-like.ts';
import type { Finding } from './finding.ts';
import type { PieceRule } from './pieces.ts';

/** `${NAME}`, as skills name what the marketplace keeps. */
const REFERENCE = /\$\{([A-Z][A-Z0-9_]{1,63})\}/g;
/** NAME=value and "name": "value", the value without the sign it is quoted with. */
const ASSIGNMENT = /([A-Za-z][\w.-]{0,63})["']?\s{0,4}[=:]\s{0,4}["']?([^\s"'`,;]{1,400})/g;
const WORD = /[^\s"'`<>(),;]{8,400}/g;
/** What stands for a value: `$NAME`, `<your key>`, `YOUR_KEY`, `xxx`, `…`. */
const PLACEHOLDER =
  /^[$<{[(%*]|\.\.\.|…|^(?:your|my|the|a|an|example|changeme|placeholder|redacted|none|null|true|false|os|process|env|getenv|string|str|int)\b|^x{3,}|^your|^example|_HERE$/i;

/** Secrets that stand in the skill, and those that it names and does not get. */
export const secretRules: PieceRule = ({ secrets }) => {
  const told = new Set<string>();
  return {
    look({ file, line, text }) {
      const found: Finding[] = [];
      const literal = literalSecret(text);
      if (literal !== undefined) found.push(literalFinding(file, line, literal));
      for (const [, name = ''] of text.matchAll(REFERENCE)) {
        if (!secrets || secrets.has(name) || told.has(name) || !isSecretName(name)) continue;
        told.add(name);
        found.push({
          rule: 'missing-secret',
          severity: 'error',
          file,
          line,
          message: `The skill names the secret ${name}, which is not there or not granted to it.`,
          fix: `Set ${name} with manage_secrets and grant it to this skill, or remove \${${name}}.`,
        });
      }
      return found;
    },
  };
};

/** The name that the secret goes by; undefined: the line holds none. The value itself is never repeated. */
function literalSecret(text: string): string | undefined {
  for (const [, name = '', value = ''] of text.matchAll(ASSIGNMENT)) {
    if (PLACEHOLDER.test(value) || /^https?$/.test(name)) continue;
    // Prose has "token: the one that…"; a value of a key has digits or is long.
    const isValue = value.length >= 12 && /\d/.test(value);
    if ((isSecretName(name) && isValue && looksSecret(name, value)) || looksSecretAlone(value)) return name;
  }
  for (const [word] of text.matchAll(WORD)) {
    // An assignment was looked at above; a path or an address is none, but for the password in it.
    const isPlain = !word.includes('=') && !/[/\\]/.test(word.replace(/:\/\/[^@]{1,200}@.*/, ''));
    if (isPlain && !PLACEHOLDER.test(word) && looksSecretAlone(word)) return '';
  }
  return /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/.test(text) ? 'PRIVATE_KEY' : undefined;
}

function literalFinding(file: string, line: number, name: string): Finding {
  const secret =
    name
      .replaceAll(/[^A-Za-z0-9]+/g, '_')
      .replaceAll(/^_+|_+$/g, '')
      .toUpperCase() || 'API_KEY';
  return {
    rule: 'literal-secret',
    severity: 'error',
    file,
    line,
    message:
      'The line holds what looks like a secret. Everybody who may read the skill, and every old version, has it.',
    fix: `Write \${${secret}} in its place, set ${secret} with manage_secrets, and replace the value where it is used: it is known now. Old versions keep the line; archive and delete the skill, then make it anew.`,
  };
}
