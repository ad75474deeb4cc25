import { IDENTITY_JWKS_FILE, IDENTITY_JWKS_VARIABLE } from '../../core/pod-paths.ts';
import { qualifiedName, type McpServer } from '../../crds/mcpserver.ts';
import { containerPort } from './container-port.ts';
import { isReservedVariable } from './environment.ts';
import { TEMPORARY_FOLDER } from './pod-volumes.ts';
import type { EnvFromSource, EnvVar } from './kubernetes-types.ts';

/** What only Mooring says. */
export const reservedEnvironment = (server: McpServer, publicUrl: string): readonly EnvVar[] => [
  { name: 'PORT', value: String(containerPort(server)) },
  { name: 'HOST', value: '0.0.0.0' },
  { name: 'MOORING_SERVER', value: qualifiedName(server) },
  { name: 'MOORING_PUBLIC_URL', value: publicUrl },
  { name: IDENTITY_JWKS_VARIABLE, value: IDENTITY_JWKS_FILE },
];

/** What a process finds on any machine. Not PATH: the image knows where its programs are. */
const MACHINE: readonly EnvVar[] = [
  { name: 'LANG', value: 'C.UTF-8' },
  { name: 'TZ', value: 'UTC' },
  { name: 'TMPDIR', value: TEMPORARY_FOLDER },
  // The only folder that is sure to be writable.
  { name: 'HOME', value: TEMPORARY_FOLDER },
];

/**
 * The variables of a server's container. Mooring's own stand first and cannot be set by the manifest; of the others the manifest's win. Kubernetes
 * replaces `$(NAME)` by what stands before, so the manifest may use all of Mooring's.
 */
export function containerEnvironment(server: McpServer, publicUrl: string): EnvVar[] {
  const own = (server.spec.env ?? []).filter(({ name }) => !isReservedVariable(name));
  const names = new Set(own.map(({ name }) => name));
  return [
    ...reservedEnvironment(server, publicUrl),
    ...MACHINE.filter(({ name }) => !names.has(name)),
    ...own.map(variable),
  ];
}

type Variable = NonNullable<McpServer['spec']['env']>[number];

/** The API server keeps no empty `value`. */
function variable({ name, value, valueFrom }: Variable): EnvVar {
  const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  if (secretKeyRef) return { name, valueFrom: { secretKeyRef: { ...secretKeyRef } } };
  if (configMapKeyRef) return { name, valueFrom: { configMapKeyRef: { ...configMapKeyRef } } };
  return { name, ...(value && { value }) };
}

/** Variables from whole Secrets and ConfigMaps. Single variables win over them, so they cannot set Mooring's either. */
export const containerEnvironmentFrom = ({ spec }: McpServer): EnvFromSource[] =>
  (spec.envFrom ?? []).map(({ prefix, secretRef, configMapRef }) => ({
    ...(prefix && { prefix }),
    ...(secretRef && { secretRef: { ...secretRef } }),
    ...(configMapRef && { configMapRef: { ...configMapRef } }),
  }));
