import { isObject } from '../../crds/path-pattern.ts';
import { envSecret, note, type Draft } from './draft.ts';
import { looksSecret } from './secret-like.ts';

type Json = Readonly<Record<string, unknown>>;

/** The name that `spec.podTemplate` knows the server's container by. */
const OUR_CONTAINER = 'server';

/** A pod template of another system, in which the server's container was called `theirName`. Secret values of its variables become references. */
export function setPodTemplate(draft: Draft, template: Json, theirName: string): void {
  const spec = isObject(template['spec']) ? template['spec'] : undefined;
  draft.spec.podTemplate = {
    ...template,
    ...(spec && {
      spec: mapped(spec, ['containers', 'initContainers'], (container) => ({
        ...mapped(container, ['env'], (variable) => withoutSecret(draft, variable)),
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

function withoutSecret(draft: Draft, variable: Json): Json {
  const { name, value } = variable;
  if (typeof name !== 'string' || typeof value !== 'string' || !looksSecret(name, value)) return variable;
  const secret = envSecret(draft.name);
  draft.secrets.push({ secret, key: name, value });
  return { name, valueFrom: { secretKeyRef: { name: secret, key: name } } };
}
