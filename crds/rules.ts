import { isObject, valuesAt } from './path-pattern.ts';
import type { Finding } from './problem.ts';

/** A rule over several fields. It is one thing in two languages: CEL for the API server, `holds` for us. */
export interface Rule {
  /** The object that it is about; `[]` stands for every entry of a list. */
  readonly path: string;
  /** CEL, `self` is that object after defaulting. */
  readonly cel: string;
  /** What is wrong where it does not hold. */
  readonly message: string;
  /** What would be right. */
  readonly hint: string;
  /** The same as `cel`. The object may be wrong in other ways: what is not of the expected type is another problem. */
  holds(object: Readonly<Record<string, unknown>>): boolean;
}

const has = (object: Readonly<Record<string, unknown>>, field: string): boolean =>
  object[field] !== undefined && object[field] !== null;

const quoted = (fields: readonly string[]): string =>
  fields
    .map((field) => `\`${field}\``)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' and ');

/** One of the groups is used, and no other; within a group everything may be used together. */
const exactlyOneOf = (path: string, groups: readonly (readonly string[])[], hint: string): Rule => ({
  path,
  cel: `${groups.map((group) => `(${group.map((field) => `has(self.${field})`).join(' || ')} ? 1 : 0)`).join(' + ')} == 1`,
  message: `exactly one of ${quoted(groups.map((group) => group.join('/')))} is needed`,
  hint,
  holds: (object) => groups.filter((group) => group.some((field) => has(object, field))).length === 1,
});

export const RULES: readonly Rule[] = [
  exactlyOneOf(
    'spec',
    [['image', 'binary'], ['package'], ['remote']],
    'say where the server comes from: `image` and/or `binary`, or `package`, or `remote`; for example `binary: mooring`',
  ),
  {
    path: 'spec',
    cel: "!has(self.remote) || self.transport != 'stdio'",
    message: 'a remote server cannot be reached by `transport: stdio`',
    hint: 'leave `transport` out, or use `sse` for a server of the HTTP+SSE era',
    holds: (spec) => !has(spec, 'remote') || spec['transport'] !== 'stdio',
  },
  exactlyOneOf('spec.env[]', [['value'], ['valueFrom']], 'give `value`, or `valueFrom` for what is secret'),
  exactlyOneOf('spec.env[].valueFrom', [['secretKeyRef'], ['configMapKeyRef']], 'give one of the two'),
  exactlyOneOf('spec.envFrom[]', [['secretRef'], ['configMapRef']], 'give one of the two; use two entries for both'),
  exactlyOneOf(
    'spec.volumes[]',
    [['secret'], ['configMap'], ['emptyDir'], ['persistentVolumeClaim']],
    'give one source; use one volume for each',
  ),
  exactlyOneOf('spec.disruptionBudget', [['minAvailable'], ['maxUnavailable']], 'give one of the two'),
  {
    path: 'spec.autoscaling',
    cel: 'self.minReplicas <= self.maxReplicas',
    message: '`minReplicas` is greater than `maxReplicas`',
    hint: 'raise `maxReplicas`, or lower `minReplicas`',
    holds: ({ minReplicas = 1, maxReplicas }) =>
      typeof minReplicas !== 'number' || typeof maxReplicas !== 'number' || minReplicas <= maxReplicas,
  },
];

/** Every rule that does not hold somewhere in the manifest. */
export const brokenRules = (manifest: unknown): Finding[] =>
  RULES.flatMap((rule) =>
    valuesAt(manifest, rule.path)
      .filter(({ value }) => isObject(value) && !rule.holds(value))
      .map(({ path }) => ({ path, message: rule.message, hint: rule.hint })),
  );
