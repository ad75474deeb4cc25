import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ClusterConnection } from './connection.ts';
import { inClusterConnection, isInCluster } from './in-cluster.ts';
import { kubeconfigConnection } from './kubeconfig.ts';

export interface ConnectionOptions {
  /** Paths, separated as in PATH. Default: KUBECONFIG; without it what a pod is given; without that ~/.kube/config. */
  readonly kubeconfig?: string | undefined;
  /** Default: the current context. */
  readonly context?: string | undefined;
}

/** Finds the cluster as kubectl does. Throws an Error that says what is missing. */
export function openConnection({ kubeconfig, context }: ConnectionOptions): ClusterConnection {
  const named = kubeconfig ?? process.env['KUBECONFIG'] ?? '';
  if (named !== '') return kubeconfigConnection(named.split(delimiter).filter(Boolean), context);
  if (isInCluster()) return inClusterConnection();
  const usual = join(homedir(), '.kube', 'config');
  if (existsSync(usual)) return kubeconfigConnection([usual], context);
  throw new Error(`No cluster is named: set KUBECONFIG to the path of a kubeconfig file, or write ${usual}`);
}
