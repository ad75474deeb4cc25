import { isDeepStrictEqual } from 'node:util';
import { McpServerSpec } from './mcpserver.ts';
import { valuesAt } from './path-pattern.ts';
import { formatPath } from './problem.ts';

/** Where servers run; those of `spec.remote` run elsewhere, wherever Mooring does. */
export type Platform = 'laptop' | 'cluster' | 'remote';

export interface FieldSupport {
  /** Fields that are used and that nothing implements yet: the server is not accepted (reason `NotSupported`). */
  readonly notSupportedYet: readonly string[];
  /** Fields that are used and mean nothing on this platform: the server is accepted (reason `PartlyApplied`). */
  readonly withoutEffect: readonly string[];
}

/** Fields that have no meaning, or none yet. `[]` stands for every entry of a list. */
export const UNSUPPORTED: Readonly<Record<Platform, FieldSupport>> = {
  laptop: {
    notSupportedYet: [
      'spec.package',
      'spec.transport',
      'spec.rateLimit',
      'spec.volumes',
      'spec.oauth.audience',
      'spec.env[].valueFrom.configMapKeyRef',
      'spec.envFrom[].configMapRef',
    ],
    // They shape pods, and a process is none.
    withoutEffect: [
      'spec.image',
      'spec.resources',
      'spec.podTemplate',
      'spec.network',
      'spec.imagePullSecrets',
      'spec.autoscaling',
      'spec.serviceAccountName',
      'spec.disruptionBudget',
      'spec.replicas',
      'spec.rolloutGate',
    ],
  },
  cluster: {
    notSupportedYet: ['spec.package', 'spec.transport', 'spec.rateLimit', 'spec.oauth.audience'],
    withoutEffect: [],
  },
  remote: {
    notSupportedYet: ['spec.transport', 'spec.rateLimit', 'spec.oauth.audience'],
    // They shape what is started, and nothing is.
    withoutEffect: [
      'spec.args',
      'spec.port',
      'spec.path',
      'spec.env',
      'spec.envFrom',
      'spec.volumes',
      'spec.resources',
      'spec.podTemplate',
      'spec.network',
      'spec.imagePullSecrets',
      'spec.autoscaling',
      'spec.serviceAccountName',
      'spec.disruptionBudget',
      'spec.replicas',
      'spec.rolloutGate',
    ],
  },
};

/** Which used fields do not do on this platform what they say; a field is used where it says something else than its default. */
export function supportedFields(spec: McpServerSpec, platform: Platform): FieldSupport {
  const { notSupportedYet, withoutEffect } = UNSUPPORTED[spec.remote ? 'remote' : platform];
  const used = (pattern: string): string[] =>
    valuesAt({ spec }, pattern)
      .filter(({ value }) => !isEmpty(value) && !isDeepStrictEqual(value, defaultOf(pattern)))
      .map(({ path }) => formatPath(path));
  return { notSupportedYet: notSupportedYet.flatMap(used), withoutEffect: withoutEffect.flatMap(used) };
}

const DEFAULTS = McpServerSpec.parse({});

const defaultOf = (pattern: string): unknown => valuesAt({ spec: DEFAULTS }, pattern)[0]?.value;

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
