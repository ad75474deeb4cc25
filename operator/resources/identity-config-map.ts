import { basename } from 'node:path/posix';
import { IDENTITY_JWKS_FILE, OBJECTS } from '../../core/pod-paths.ts';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';

/** Key of the ConfigMap: the name that the mounted file has. */
const KEY = basename(IDENTITY_JWKS_FILE);

/**
 * The public keys of `Mooring-Identity`, for the servers of one namespace. `jwks` is JSON text (RFC 7517). No server owns it: they share it,
 * and it outlives each of them.
 */
export const identityConfigMap = (namespace: string, jwks: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: OBJECTS.identity,
    namespace,
    labels: { 'app.kubernetes.io/managed-by': 'mooring', 'app.kubernetes.io/part-of': 'mooring' },
  },
  data: { [KEY]: jwks },
});
