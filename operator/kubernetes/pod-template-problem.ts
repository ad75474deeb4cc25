/** Where our builders reach into a template: what each place has to be. `[]` stands for every entry of a list. */
const SHAPES: readonly (readonly [path: readonly string[], what: 'object' | 'list' | 'name'])[] = [
  [['metadata'], 'object'],
  [['metadata', 'labels'], 'object'],
  [['metadata', 'annotations'], 'object'],
  [['spec'], 'object'],
  ...['readinessGates'].flatMap((list) => listAt(['spec', list])),
  ...['containers', 'initContainers', 'volumes'].flatMap((list) => namedListAt(['spec', list])),
  ...['containers', 'initContainers'].flatMap((list) => [
    ...namedListAt(['spec', list, '[]', 'env']),
    ...listAt(['spec', list, '[]', 'ports']),
    ...listAt(['spec', list, '[]', 'volumeMounts']),
  ]),
];

function listAt(path: readonly string[]) {
  return [
    [path, 'list'],
    [[...path, '[]'], 'object'],
  ] as const;
}

function namedListAt(path: readonly string[]) {
  return [...listAt(path), [[...path, '[]', 'name'], 'name']] as const;
}

const IS: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  list: Array.isArray,
  name: (value) => typeof value === 'string' && value !== '',
};

/** The first place where a partial template is not what the place is for; undefined where all is well. The API server judges the rest. */
export function podTemplateProblem(template: object): string | undefined {
  for (const [path, what] of SHAPES) {
    for (const { at, value } of valuesAt(template, path)) {
      // null removes, and what is absent is no mistake, except a name.
      if (value === null || (value === undefined && what !== 'name')) continue;
      if (!IS[what]?.(value))
        return `${at} must be ${what === 'list' ? 'a list' : what === 'name' ? 'a name' : 'an object'}`;
    }
  }
  return undefined;
}

interface Place {
  readonly at: string;
  readonly value: unknown;
}

function valuesAt(template: object, path: readonly string[]): readonly Place[] {
  return path.reduce<readonly Place[]>(
    (places, step) =>
      places.flatMap(({ at, value }) => {
        if (step === '[]') {
          return Array.isArray(value)
            ? value.map((entry: unknown, index) => ({ at: `${at}[${index}]`, value: entry }))
            : [];
        }
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
        return [{ at: at === '' ? step : `${at}.${step}`, value: (value as Readonly<Record<string, unknown>>)[step] }];
      }),
    [{ at: '', value: template }],
  );
}
