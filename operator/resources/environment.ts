import { qualifiedName, type McpServer } from '../../crds/mcpserver.ts';
import type { Cause } from '../cause.ts';
import { expandVariables } from './expand-variables.ts';

/** What Mooring knows that a server is told. */
export interface EnvironmentContext {
  readonly host: string;
  readonly port: number;
  /** Origin of the gateway. */
  readonly publicUrl: string;
  /** Path of the file with the keys of `Mooring-Identity`. */
  readonly identityJwks: string;
  /** PATH, LANG, TMPDIR, HOME and what else the machine gives. */
  readonly machine: Readonly<Record<string, string>>;
  /** Secrets by name, then by key; those that are not there are absent. */
  readonly secrets: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Path of a key of a Secret, or of the folder of all its keys: where a person puts them. */
  readonly secretPlace: (name: string, key?: string) => string;
}

export interface Environment {
  readonly variables: Readonly<Record<string, string>>;
  /** Values that came from Secrets: to be masked wherever output is shown. */
  readonly secretValues: readonly string[];
}

/** A server that was told otherwise would listen where nobody looks, or trust keys that are not ours. */
const RESERVED: ReadonlySet<string> = new Set([
  'PORT',
  'HOST',
  'MOORING_SERVER',
  'MOORING_PUBLIC_URL',
  'MOORING_IDENTITY_JWKS',
]);

/** Whether Mooring alone sets the variable of this name. */
export const isReservedVariable = (name: string): boolean => RESERVED.has(name);

/** Paths of `env` entries that have no effect, because the name is Mooring's. */
export const reservedVariables = ({ spec }: McpServer): readonly string[] =>
  (spec.env ?? []).flatMap(({ name }, index) => (RESERVED.has(name) ? [`spec.env[${index}] (${name})`] : []));

/**
 * The environment of a server: built, never inherited. Mooring's own names cannot be set; of the others later ones win: the machine's,
 * `envFrom`, `env`. Values of `env` may use `$(NAME)` of what stands before them. Answers a Cause that names every Secret and key that is missing.
 */
export function buildEnvironment(server: McpServer, context: EnvironmentContext): Environment | Cause {
  const variables: Record<string, string> = {
    ...context.machine,
    PORT: String(context.port),
    HOST: context.host,
    MOORING_SERVER: qualifiedName(server),
    MOORING_PUBLIC_URL: context.publicUrl,
    MOORING_IDENTITY_JWKS: context.identityJwks,
  };
  const secretValues: string[] = [];
  const missing: string[] = [];

  const set = (name: string, value: string): void => {
    if (!RESERVED.has(name)) variables[name] = value;
  };
  const setSecret = (name: string, value: string): void => {
    secretValues.push(value);
    set(name, value);
  };

  for (const { prefix = '', secretRef } of server.spec.envFrom ?? []) {
    if (!secretRef) continue;
    const secret = context.secrets.get(secretRef.name);
    if (!secret)
      missing.push(`Secret "${secretRef.name}" (put a file for each key into ${context.secretPlace(secretRef.name)})`);
    for (const [key, value] of Object.entries(secret ?? {})) {
      // As Kubernetes: keys that cannot be a variable are left out.
      if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix + key)) setSecret(prefix + key, value);
    }
  }
  for (const { name, value, valueFrom } of server.spec.env ?? []) {
    const ref = valueFrom?.secretKeyRef;
    if (!ref) {
      set(name, expandVariables(value ?? '', variables));
      continue;
    }
    const found = context.secrets.get(ref.name)?.[ref.key];
    if (found === undefined) {
      missing.push(
        `key "${ref.key}" of Secret "${ref.name}" (write it to ${context.secretPlace(ref.name, ref.key)}, mode 0600)`,
      );
    } else {
      setSecret(name, found);
    }
  }
  if (missing.length > 0) {
    return { reason: 'SecretMissing', message: `It cannot start without ${missing.join(' and ')}.`, stalled: true };
  }
  return { variables, secretValues };
}
