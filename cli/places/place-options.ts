import type { Command } from 'commander';

/** Flags that say where servers run. */
export interface PlaceOptions {
  readonly home?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly gateway?: string;
}

/** Adds the flags that choose a place. */
export const addPlaceOptions = (command: Command): Command =>
  command
    .option('--home <folder>', 'laptop: the state folder of a running `mooring up`')
    .option('-n, --namespace <name>', 'cluster: the namespace (default: that of the context)')
    .option('-A, --all-namespaces', 'cluster: every namespace')
    .option('--context <name>', 'cluster: a context of the kubeconfig file')
    .option('--kubeconfig <file>', 'cluster: the kubeconfig file (default: $KUBECONFIG, else ~/.kube/config)')
    .option('--gateway <url>', 'gateway: one that you signed in to with `mooring login URL`');
