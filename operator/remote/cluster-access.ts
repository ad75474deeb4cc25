import type { KubernetesApi, KubernetesApiOptions } from '../../crds/kubernetes/kubernetes-api.ts';
import type { MooringConfig } from '../../core/mooring-config.ts';
import { OBJECTS } from '../../core/pod-paths.ts';
import { cachedCredentials } from '../../core/remote/cached-credentials.ts';
import { kubernetesCredentials } from '../../core/remote/kubernetes-credentials.ts';
import type { RemoteAccess } from '../../core/remote/remote-access.ts';
import { apiServersOfPod, remoteTargets } from '../../core/remote/remote-targets.ts';
import { speakAsGateway } from './speak-as-gateway.ts';

export interface ClusterAccessOptions {
  /** Speaks as the operator. */
  readonly api: KubernetesApi;
  /** How that was opened. */
  readonly connection: Pick<KubernetesApiOptions, 'kubeconfig'>;
  /** Our namespace. */
  readonly home: string;
  /** As it is now. */
  readonly config: () => Pick<MooringConfig, 'remote'>;
}

/** What the operator of a cluster needs to ask servers that run elsewhere, as the gateway will. */
export function openClusterAccess({
  api,
  connection,
  home,
  config,
}: ClusterAccessOptions): RemoteAccess & { close(): Promise<void> } {
  const reader = { namespace: home, name: OBJECTS.gateway };
  const asGateway = speakAsGateway(api, reader, connection);
  return {
    credentials: cachedCredentials(kubernetesCredentials({ api: asGateway, reader })),
    targets: remoteTargets({
      allow: () => config().remote.allow,
      apiServers: [new URL(api.server).hostname, ...apiServersOfPod()],
    }),
    close: async () => asGateway.close(),
  };
}
