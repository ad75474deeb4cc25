import { isObject } from '../../crds/path-pattern.ts';
import { envSecret, newDraft, note, type Draft, type EnvInput } from './draft.ts';
import { safeArgs } from './environment.ts';
import { looksSecret, looksSecretAlone } from '../../core/secret-like.ts';

type Json = Readonly<Record<string, unknown>>;

/** The name that `spec.podTemplate` knows the server's container by. */
const OUR_CONTAINER = 'server';

/** A pod template of another system, in which the server's container was called `theirName`. Secret values in its containers become references. */
export function setPodTemplate(draft: Draft, template: Json, theirName: string): void {
  const spec = isObject(template['spec']) ? template['spec'] : undefined;
  draft.spec.podTemplate = {
    ...template,
    ...(spec && {
      spec: mapped(spec, ['containers', 'initContainers'], (container) => ({
        ...safeContainer(draft, container),
        ...(container['name'] === theirName && { name: OUR_CONTAINER }),
      })),
    }),
  };
  note(
    draft,
    'spec.podTemplate',
    'was written for pods of another system: look whether each field still means what it says',
    ['spec', 'podTemplate'],
  );
}

/** The object with each entry of some of its lists changed. */
function mapped(object: Json, lists: readonly string[], change: (entry: Json) => Json): Json {
  const changed = lists.flatMap((name) => {
    const list = object[name];
    return Array.isArray(list) ? [[name, list.map((entry: unknown) => (isObject(entry) ? change(entry) : entry))]] : [];
  });
  return { ...object, ...Object.fromEntries(changed) };
}

function safeContainer(draft: Draft, container: Json): Json {
  const withSafeEnv = mapped(container, ['env'], (variable) => withoutSecret(draft, variable));
  return withSafeProbes(draft, withSafeWords(draft, withSafeEnv));
}

function withoutSecret(draft: Draft, variable: Json): Json {
  const { name, value } = variable;
  if (typeof name !== 'string' || typeof value !== 'string' || !looksSecret(name, value)) return variable;
  const secret = envSecret(draft.name);
  draft.secrets.push({ secret, key: name, value });
  return { name, valueFrom: { secretKeyRef: { name: secret, key: name } } };
}

/** `command` and `args` with variables of this container, from the server's Secret, for what is secret in them. */
function withSafeWords(draft: Draft, container: Json): Json {
  const env: readonly unknown[] = Array.isArray(container['env']) ? container['env'] : [];
  const known = env.filter(isVariable).map((variable) => [variable.name, variable] as const);
  // The container's own variables, and the notes and secrets of the server.
  const ours: Draft = { ...draft, env: new Map(known) };
  const safe = ['command', 'args'].flatMap((field) => {
    const words = container[field];
    return isWords(words) ? [[field, safeArgs(ours, words, 'kubernetes')]] : [];
  });
  const added = [...ours.env.values()].slice(new Map(known).size);
  return { ...container, ...Object.fromEntries(safe), ...(added.length > 0 && { env: [...env, ...added] }) };
}

/** What Kubernetes runs or asks with words that it fills no variables into. */
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'];

function withSafeProbes(draft: Draft, container: Json): Json {
  const secret = PROBES.filter((name) => holdsSecret(container[name]));
  for (const name of secret) {
    note(draft, `spec.podTemplate: ${name}`, 'holds what looks like a secret, and cannot name one: it was left out', [
      'spec',
      'podTemplate',
    ]);
  }
  return Object.fromEntries(Object.entries(container).filter(([name]) => !secret.includes(name)));
}

function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string') return looksSecretAlone(value);
  if (isWords(value)) {
    const scratch = newDraft({ name: 'x' });
    safeArgs(scratch, value, 'kubernetes');
    return scratch.secrets.length > 0;
  }
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isObject(value)) return false;
  const { name, value: text } = value;
  const isSecretHeader = typeof name === 'string' && typeof text === 'string' && looksSecret(name, text);
  return isSecretHeader || Object.values(value).some(holdsSecret);
}

const isWords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((word) => typeof word === 'string');

const isVariable = (value: unknown): value is EnvInput => isObject(value) && typeof value['name'] === 'string';
