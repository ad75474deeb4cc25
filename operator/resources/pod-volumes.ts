import { dirname, normalize } from 'node:path/posix';
import { IDENTITY_JWKS_FILE, OBJECTS } from '../../core/pod-paths.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import type { Volume, VolumeMount } from './kubernetes-types.ts';

/** A folder on the node's disk that goes with the pod: the rest of the file system is read-only. */
export const TEMPORARY_FOLDER = '/tmp';

/** Above what temporary files and caches of packages take; a server that fills it is evicted, not its whole node. */
const TEMPORARY_SIZE = '1Gi';

/** Names of volumes that are Mooring's: a manifest cannot use them. */
export const IDENTITY_VOLUME = 'mooring-identity';
export const TEMPORARY_VOLUME = 'mooring-tmp';

/** The operator makes the ConfigMap before the pod, so it is not optional: a server without keys would refuse everybody. */
export const identityVolume: Volume = { name: IDENTITY_VOLUME, configMap: { name: OBJECTS.identity } };
export const identityMount: VolumeMount = {
  name: IDENTITY_VOLUME,
  mountPath: dirname(IDENTITY_JWKS_FILE),
  readOnly: true,
};

const temporaryVolume: Volume = { name: TEMPORARY_VOLUME, emptyDir: { sizeLimit: TEMPORARY_SIZE } };
const temporaryMount: VolumeMount = { name: TEMPORARY_VOLUME, mountPath: TEMPORARY_FOLDER };

type WantedVolume = NonNullable<McpServer['spec']['volumes']>[number];

/** `/tmp` is ours, unless the manifest puts something else there: one path has one mount. */
const hasTemporaryFolder = ({ spec }: McpServer): boolean =>
  (spec.volumes ?? []).some(({ mountPath }) => normalize(`${mountPath}/`) === `${TEMPORARY_FOLDER}/`);

export const podVolumes = (server: McpServer): Volume[] => [
  identityVolume,
  ...(hasTemporaryFolder(server) ? [] : [temporaryVolume]),
  ...(server.spec.volumes ?? []).map(volume),
];

/** Where the server sees each volume. The API server keeps no `readOnly: false`. */
export const volumeMounts = (server: McpServer): VolumeMount[] => [
  identityMount,
  ...(hasTemporaryFolder(server) ? [] : [temporaryMount]),
  ...(server.spec.volumes ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly && { readOnly }),
  })),
];

function volume({ name, secret, configMap, emptyDir, persistentVolumeClaim }: WantedVolume): Volume {
  if (secret) return { name, secret: { ...secret } };
  if (configMap) return { name, configMap: { ...configMap } };
  if (persistentVolumeClaim) return { name, persistentVolumeClaim: { ...persistentVolumeClaim } };
  const sizeLimit = emptyDir?.sizeLimit;
  return { name, emptyDir: sizeLimit === undefined ? {} : { sizeLimit: String(sizeLimit) } };
}
