import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inject } from 'vitest';
import { accessToken } from './access-token.ts';
import { openClusterApi, type ClusterApi } from './cluster-api.ts';
import { HOME } from './release.ts';
import { useToolbox, type Toolbox } from './toolbox.ts';

/** The installation that the end-to-end tests share. */
export interface Cluster {
  readonly api: ClusterApi;
  readonly publicUrl: string;
  /** Origin of the gateway inside the cluster; it wants the authority of `publicUrl` as Host. */
  readonly insideUrl: string;
  readonly publicHost: string;
  readonly admin: { readonly username: string; readonly password: string };
  readonly toolbox: Toolbox;
  readonly toolboxNamespace: string;
  readonly installedMs: number;
  /** Public URL of a server. */
  endpoint(server: string): string;
  /** URL of it inside the cluster. */
  insideEndpoint(server: string): string;
  /** A token of admin for it. */
  token(server: string, scope?: string): Promise<string>;
}

export function useCluster(): Cluster {
  const { apiUrl, publicUrl, certificate, adminPassword, toolboxNamespace, installedMs } = inject('cluster');
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
  const api = openClusterApi(apiUrl);
  const admin = { username: 'admin', password: adminPassword };
  const insideUrl = `http://mooring-gateway.${HOME}.svc:8080`;
  const path = (server: string) => `/api/v1/mcp/${server}/mcp`;
  const endpoint = (server: string) => publicUrl + path(server);
  return {
    api,
    publicUrl,
    publicHost: new URL(publicUrl).host,
    insideUrl,
    admin,
    toolbox: useToolbox(api, toolboxNamespace),
    toolboxNamespace,
    installedMs,
    endpoint,
    insideEndpoint: (server) => insideUrl + path(server),
    token: (server, scope) => accessToken(publicUrl, endpoint(server), admin, scope),
  };
}
