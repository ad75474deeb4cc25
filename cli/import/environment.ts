import { printable } from '../../crds/problem.ts';
import { envSecret, note, type Draft } from './draft.ts';
import { textOf } from './fields.ts';
import { hasPlaceholder, placeholdersIn } from './placeholders.ts';
import { isSecretName, looksSecret, looksSecretAlone } from '../../core/secret-like.ts';

/** Who reads a text: a client, that starts it, or Kubernetes, where `$(NAME)` is a variable. */
export type Reader = 'client' | 'kubernetes';

/** A variable whose value is a key of the server's own Secret. */
export function setFromSecret(draft: Draft, name: string, value?: string): void {
  const secret = envSecret(draft.name);
  draft.env.set(name, { name, valueFrom: { secretKeyRef: { name: secret, key: name } } });
  draft.secrets.push({ secret, key: name, value });
}

/** A variable as a client's configuration gives it: `$` means nothing there, `${VAR}` is filled in by the client. */
export function setClientEnv(draft: Draft, variables: Readonly<Record<string, unknown>>): void {
  for (const [name, given] of Object.entries(variables)) {
    const value = textOf(given);
    if (hasPlaceholder(value)) setFromSecret(draft, name);
    else if (looksSecret(name, value)) setFromSecret(draft, name, value);
    else draft.env.set(name, { name, value: escapeVariables(value) });
  }
}

/** A variable of an object of Kubernetes, where `$(NAME)` means what it means here. */
export function setKubernetesEnv(draft: Draft, name: string, value: string): void {
  if (looksSecret(name, value)) setFromSecret(draft, name, value);
  else draft.env.set(name, { name, value });
}

/** `$(NAME)` is text for a client, and a variable for a McpServer unless its dollar sign is doubled; two of them are one. */
const escapeVariables = (text: string): string => text.replaceAll(/\$+(?=\()|\${2,}/g, (dollars) => dollars.repeat(2));

export function setArgs(draft: Draft, args: readonly string[], reader: Reader = 'client'): void {
  if (args.length > 0) draft.spec.args = safeArgs(draft, args, reader);
}

/** `NAME=value` → name and value. */
export function variableOf(text: string): [string, string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/**
 * Arguments without what is secret in them: `--api-key k` becomes `--api-key $(API_KEY)`, with the variable from the server's Secret, and so do
 * the `${VAR}` of clients. Process lists show them still, inside the container.
 */
export function safeArgs(draft: Draft, args: readonly string[], reader: Reader): string[] {
  const escaped = reader === 'client' ? escapeVariables : (text: string) => text;
  return args.map((arg, index) => {
    if (reader === 'client' && hasPlaceholder(arg)) return withVariables(draft, arg);
    if (reader === 'kubernetes' && VARIABLE_ALONE.test(arg)) return arg;
    const found = secretIn(arg, args[index - 1] ?? '');
    if (!found) return escaped(arg);
    const wanted = found.flag === undefined ? `ARG_${index + 1}` : variableName(found.flag);
    return `${found.kept}$(${secretVariable(draft, wanted, found.value)})`;
  });
}

/** `--token=$(TOKEN)`: what is secret in it stands elsewhere already. */
const VARIABLE_ALONE = /^(?:-*[\w.-]+=)?\$\([\w.-]+\)$/;

interface SecretInArg {
  /** What stands in front of it and stays. */
  readonly kept: string;
  /** The flag that says what it is. */
  readonly flag?: string;
  readonly value: string;
}

function secretIn(arg: string, before: string): SecretInArg | undefined {
  const [, flag = '', value = ''] = /^(-*[\w.-]+)=([\s\S]*)$/.exec(arg) ?? [];
  if (flag !== '' && looksSecret(flag, value)) return { kept: `${flag}=`, flag, value };
  const isValue = /^--?[A-Za-z]/.test(before) && !before.includes('=') && !arg.startsWith('-');
  if (isValue && isSecretName(before) && looksSecret(before, arg)) return { kept: '', flag: before, value: arg };
  return looksSecretAlone(arg) || isCommandWithSecret(arg) ? { kept: '', value: arg } : undefined;
}

/** `sh -c "notes --pin 1234"`: such a command is secret as a whole, for where its quotes end only its shell knows. */
function isCommandWithSecret(arg: string): boolean {
  const words = arg.split(/\s+/);
  return words.length > 1 && words.some((word, index) => secretIn(word, words[index - 1] ?? '') !== undefined);
}

/** `${VAR}` → `$(VAR)`, and a variable from the Secret where there is none of that name. */
function withVariables(draft: Draft, arg: string): string {
  const parts = placeholdersIn(arg);
  return parts
    .map((part) => {
      if (typeof part === 'string') return escapeVariables(part);
      const name = draft.env.has(part.name) ? part.name : variableName(part.name);
      if (!draft.env.has(name)) setFromSecret(draft, name);
      return `$(${name})`;
    })
    .join('');
}

/** A variable with this value, from the Secret: that of this name, unless it is another value's. */
function secretVariable(draft: Draft, wanted: string, value: string): string {
  const ours = envSecret(draft.name);
  const isFree = (name: string): boolean => {
    const variable = draft.env.get(name);
    const reference = variable?.valueFrom?.secretKeyRef;
    if (variable && (reference?.name !== ours || reference.key !== name)) return false;
    const held = draft.secrets.find(({ secret, key }) => secret === ours && key === name);
    return held ? held.value === value : !variable;
  };
  let name = wanted;
  for (let count = 2; !isFree(name); count++) name = `${wanted}_${count}`;
  if (!draft.env.has(name)) {
    setFromSecret(draft, name, value);
    note(draft, 'args', `an argument looks secret, so it is the variable ${printable(name)} of a Secret now`, [
      'spec',
      'args',
    ]);
  }
  return name;
}

/** `--api-key` → `API_KEY` */
function variableName(flag: string): string {
  const name = flag
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toUpperCase()
    .slice(0, 64);
  return /^[A-Z_]/.test(name) ? name : `ARG_${name}`;
}
