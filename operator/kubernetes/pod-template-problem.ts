import { z } from 'zod';

/** Levels; a PodSpec has a dozen. Deeper ones are a mistake, and more than what is compared and hashed level by level should take. */
const MAX_DEPTH = 32;

const named = { name: z.string().min(1) };

/** A list whose entries are merged by a field, which each entry therefore has. */
const listOf = (shape: z.core.$ZodShape) => z.array(z.looseObject(shape)).nullish();

const amounts = z.record(z.string(), z.union([z.string(), z.number(), z.null()])).nullish();
const resources = z.looseObject({ requests: amounts, limits: amounts }).nullish();

const containers = listOf({
  ...named,
  env: listOf(named),
  volumeMounts: listOf({ mountPath: z.string() }),
  ports: listOf({}),
  resources,
});

/** As much of a PodTemplateSpec as Mooring itself reads; the rest is the API server's to check. */
const PodTemplate = z.looseObject({
  metadata: z
    .looseObject({
      labels: z.record(z.string(), z.string().nullable()).nullish(),
      annotations: z.record(z.string(), z.string().nullable()).nullish(),
    })
    .nullish(),
  spec: z
    .looseObject({
      containers,
      initContainers: containers,
      volumes: listOf({
        ...named,
        emptyDir: z.looseObject({ sizeLimit: z.union([z.string(), z.number()]).nullish() }).nullish(),
      }),
      readinessGates: listOf({ conditionType: z.string() }),
      resources,
    })
    .nullish(),
});

/** Why `spec.podTemplate` cannot be merged, as a sentence that begins with the path; undefined where it can. */
export function podTemplateProblem(template: unknown): string | undefined {
  if (depthOf(template) > MAX_DEPTH) return `spec.podTemplate is nested more than ${MAX_DEPTH} levels deep`;
  const [issue] = PodTemplate.safeParse(template).error?.issues ?? [];
  if (!issue) return undefined;
  const path = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return `spec.podTemplate${path} is not what a PodTemplateSpec has there: ${issue.message}`;
}

/** Never deeper than asked: the call stack is not the manifest's to fill. */
function depthOf(value: unknown, limit = MAX_DEPTH + 1): number {
  if (typeof value !== 'object' || value === null || limit === 0) return 0;
  return 1 + Object.values(value).reduce<number>((most, member) => Math.max(most, depthOf(member, limit - 1)), 0);
}
