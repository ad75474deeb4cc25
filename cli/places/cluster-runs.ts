import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { maskCredentials } from '../../core/mask-credentials.ts';
import { containerOf, lastEnd } from '../../operator/kubernetes/causes/pod-facts.ts';
import { isEnding, isReady, serverStatus, type Pod, type Terminated } from '../../operator/kubernetes/pod.ts';
import { PORT_NAME } from '../../operator/resources/container-port.ts';
import { SERVER_LABEL } from '../../operator/resources/labels.ts';
import { SERVER_CONTAINER } from '../../operator/resources/server-container.ts';
import { listPods } from './list-pods.ts';
import type { ServerView } from './place.ts';
import { podUsage, type PodUsage } from './pod-usage.ts';
import type { RunEnd, SeenRuns, ServerRun } from './server-runs.ts';

/** The pods of servers, as far as the person who asks may see them. `namespace`: that of all of them, or undefined for several. */
export async function clusterRuns(
  api: Pick<KubernetesApi, 'request'>,
  namespace: string | undefined,
  servers: readonly ServerView[],
): Promise<SeenRuns> {
  const selector = selectorOf(servers);
  const [pods, usage] = await Promise.all([
    listPods(api, namespace, selector).catch(ifForbidden),
    podUsage(api, namespace, selector),
  ]);
  if (typeof pods === 'string') return { servers: [], notes: [{ code: 'forbidden', message: pods }] };
  const known = typeof usage === 'string' ? undefined : usage;
  return {
    servers: servers.map(({ metadata }) => ({
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      runs: pods
        .filter((pod) => belongsTo(pod, metadata))
        // What its node put out is over; another one is in its place.
        .filter(({ status }) => status.phase !== 'Failed' && status.phase !== 'Succeeded')
        .map((pod) => runOf(pod, known?.get(`${pod.metadata.namespace}/${pod.metadata.name}`))),
    })),
    notes: typeof usage === 'string' ? [{ code: 'no_usage', message: usage }] : [],
  };
}

/** So many names still fit into a URL; of more servers all pods are asked for. */
const NAMED = 50;

function selectorOf(servers: readonly ServerView[]): string {
  const names = new Set(servers.map(({ metadata }) => metadata.name));
  return names.size === 0 || names.size > NAMED ? SERVER_LABEL : `${SERVER_LABEL} in (${[...names].join(',')})`;
}

function belongsTo({ metadata }: Pod, server: ServerView['metadata']): boolean {
  return metadata.namespace === server.namespace && metadata.labels?.[SERVER_LABEL] === server.name;
}

function ifForbidden(error: unknown): string {
  if (error instanceof ApiError && error.status === 403)
    return `Pods are not shown: ${error.message}. Ask for the ClusterRole \`view\` in the namespaces of your servers.`;
  throw error;
}

function runOf(pod: Pod, usage: PodUsage | undefined): ServerRun {
  const container = containerOf(pod, SERVER_CONTAINER);
  const status = serverStatus(pod);
  const ended = status && lastEnd(status);
  return {
    id: pod.metadata.name,
    state: isEnding(pod) ? 'ending' : status?.state?.running ? 'running' : 'waiting',
    serving: isReady(pod),
    what: container?.image ?? '-',
    port: container?.ports?.find(({ name }) => name === PORT_NAME)?.containerPort,
    restarts: status?.restartCount ?? 0,
    startedAt: status?.state?.running?.startedAt,
    ...usage,
    lastEnd: ended && endOf(ended),
  };
}

/** Characters of a termination message, which has up to 4096: its end, as the causes of the operator have it. */
const OUTPUT = 2048;

/** The words of kubelet that say nothing beside the exit code. */
const PLAIN: ReadonlySet<string> = new Set(['Error', 'Completed']);

function endOf({ exitCode, reason = 'Error', message = '', finishedAt = '' }: Terminated): RunEnd {
  const output = maskCredentials(message.trim()).slice(-OUTPUT);
  return {
    at: finishedAt,
    message: `It ended with exit code ${exitCode}${PLAIN.has(reason) ? '' : ` (${reason})`}.`,
    ...(output !== '' && { output }),
  };
}
