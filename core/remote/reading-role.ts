import { qualifiedName, type McpServer } from '../../crds/mcpserver.ts';

/** The ServiceAccount that reads what remote servers need: that of the gateway. */
export interface Reader {
  readonly namespace: string;
  readonly name: string;
}

/**
 * What the owner of a server creates to let the gateway read exactly what its manifest names, ready for `kubectl apply`. Nobody
 * else gives it that right: else whoever may write McpServers could have any Secret of the namespace sent anywhere.
 */
function readingRole(server: McpServer, reader: Reader): string {
  const { namespace, name } = server.metadata;
  const { headersFrom, caBundleFrom } = server.spec.remote ?? {};
  const role = `mooring-remote-${name}`;
  const rule = (resource: string, object: string): string =>
    `  - { apiGroups: [""], resources: [${resource}], resourceNames: [${object}], verbs: [get] }`;
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    `metadata: { name: ${role}, namespace: ${namespace} }`,
    'rules:',
    ...(headersFrom ? [rule('secrets', headersFrom.secretRef.name)] : []),
    ...(caBundleFrom ? [rule('configmaps', caBundleFrom.configMapRef.name)] : []),
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: RoleBinding',
    `metadata: { name: ${role}, namespace: ${namespace} }`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${role} }`,
    'subjects:',
    `  - { kind: ServiceAccount, name: ${reader.name}, namespace: ${reader.namespace} }`,
  ].join('\n');
}

/** For messages. */
export const askForRole = (what: string, server: McpServer, reader: Reader): string =>
  `The gateway may not read ${what}, which ${qualifiedName(server)} names. Who owns it allows that by this Role:\n${readingRole(server, reader)}`;
