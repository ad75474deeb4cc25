import { createHash } from 'node:crypto';
import type { McpServer } from '../../crds/mcpserver.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Cause } from '../cause.ts';
import { buildEnvironment, type EnvironmentContext } from './environment.ts';
import { expandVariables } from './expand-variables.ts';

/** What is started on a laptop. */
export interface ProcessSpec {
  /** Absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** To be masked in its output. */
  readonly secretValues: readonly string[];
}

export interface ProcessContext extends EnvironmentContext {
  /** Absolute path of the program that `spec.binary` names. */
  readonly command: string;
  /** The server's own folder. */
  readonly cwd: string;
}

/** The process for a server, or why there cannot be one. Pure. */
export function buildProcess(server: McpServer, context: ProcessContext): ProcessSpec | Cause {
  const environment = buildEnvironment(server, context);
  if ('reason' in environment) return environment;
  const { variables, secretValues } = environment;
  return {
    command: context.command,
    args: (server.spec.args ?? []).map((arg) => expandVariables(arg, variables)),
    env: variables,
    cwd: context.cwd,
    secretValues,
  };
}

/** Names of the Secrets that the process is given something of. */
export const secretsOf = ({ spec }: McpServer): readonly string[] => [
  ...new Set([
    ...(spec.envFrom ?? []).flatMap(({ secretRef }) => secretRef?.name ?? []),
    ...(spec.env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
  ]),
];

/** The same for two manifests that give the same process: then an edit restarts nothing. */
export function processRevision({ spec }: McpServer, publicUrl: string): string {
  const { binary, args, env, envFrom, port, path, transport } = spec;
  const template = { binary, args, env, envFrom, port, path, transport, publicUrl };
  return createHash('sha256').update(canonicalJson(template)).digest('hex').slice(0, 16);
}
