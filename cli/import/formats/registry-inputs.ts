import { isObject } from '../../../crds/path-pattern.ts';
import { printable } from '../../../crds/problem.ts';
import { note, type Draft } from '../draft.ts';
import { setClientEnv, setFromSecret } from '../environment.ts';
import { textOf } from '../fields.ts';
import { looksSecret } from '../../../core/secret-like.ts';

type Json = Readonly<Record<string, unknown>>;

/** The variables that a package asks for. What is secret, or has to be given by somebody, comes from the server's Secret. */
export function setVariables(draft: Draft, inputs: readonly Json[]): void {
  for (const input of inputs) {
    const { name, description, isRequired, isSecret } = input;
    if (typeof name !== 'string') continue;
    const value = valueOf(input);
    const isWanted = isRequired === true || value !== undefined;
    if (isWanted && (isSecret === true || value === undefined || hasVariable(value))) {
      setFromSecret(draft, name);
      const wanted = typeof description === 'string' ? `: ${description.slice(0, 300)}` : '';
      note(draft, printable(name), `is to be given${wanted}`, ['spec', 'env', [...draft.env.keys()].indexOf(name)]);
    } else if (value !== undefined) setClientEnv(draft, { [name]: value });
    else note(draft, printable(name), 'is optional and has no default, so it was left out');
  }
}

/** Arguments as words: `--flag=value` for a named one, as the schema says. Secret ones are `${NAME}`, which becomes a variable. */
export function argumentWords(draft: Draft, inputs: readonly Json[]): string[] {
  return inputs.flatMap((input, index) => {
    const { type, name, isSecret, valueHint, isRequired } = input;
    const value = valueOf(input);
    const label = textOf(type === 'named' ? name : valueHint) || `argument ${index + 1}`;
    // A flag that takes a value says something about it.
    const isBare = type === 'named' && value === undefined && !('description' in input || 'placeholder' in input);
    const isGiven = value !== undefined && !hasVariable(value);
    if (!isGiven && isRequired !== true && !isBare) {
      note(draft, printable(label), 'is an argument without a value, so it was left out', ['spec', 'args']);
      return [];
    }
    if (type !== 'named') return [wordOf(label, value, isSecret === true)];
    if (isBare) return [label];
    return [`${label}=${wordOf(label, value, isSecret === true)}`];
  });
}

/** What is secret or unknown becomes a placeholder, as clients write them. */
const wordOf = (label: string, value: string | undefined, isSecret: boolean): string =>
  value === undefined || hasVariable(value) || isSecret || looksSecret(label, value)
    ? `\${${
        label
          .replaceAll(/[^\w.-]+/g, '_')
          .replaceAll(/^[-_.]+/g, '')
          .slice(0, 64) || 'ARG'
      }}`
    : value;

/** The text with `{name}` filled in where the author gave a value or a default. */
export function templateValue(text: string, variables: unknown): string {
  return text.replaceAll(/\{([\w.-]+)\}/g, (whole, name: string) => {
    const input = isObject(variables) && Object.hasOwn(variables, name) ? variables[name] : undefined;
    return (
      (isObject(input) && input['isSecret'] !== true && input['is_secret'] !== true ? plainValue(input) : undefined) ??
      whole
    );
  });
}

function valueOf(input: Json): string | undefined {
  const value = plainValue(input);
  return value === undefined ? undefined : templateValue(value, input['variables']);
}

const plainValue = ({ value, default: byDefault }: Json): string | undefined => {
  const found = value ?? byDefault;
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
    ? String(found)
    : undefined;
};

const hasVariable = (text: string): boolean => /\{[\w.-]+\}/.test(text);
