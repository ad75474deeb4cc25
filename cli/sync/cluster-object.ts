import type { KubernetesMeta, KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { API_VERSION, KIND } from '../../crds/mcpserver.ts';
import { isObject } from '../../crds/path-pattern.ts';
import { readMcpServer } from '../../crds/sources/read-mcpserver.ts';
import { rewritten, withoutDefaults } from '../../crds/written-manifest.ts';
import { comparable, isBookkeeping, isDigest, isScaledDigest, SYNCED } from './digest.ts';
import type { Edit, Entry, Wanted } from './side.ts';

/** Set by the operator on the servers that come with the chart (operator/kubernetes/bundled-servers.ts). */
const BUNDLED = 'mooring.dev/bundled';

/** Who writes a label or annotation of its own on what it manages. */
const MANAGERS: readonly (readonly [prefix: string, who: string])[] = [
  ['argocd.argoproj.io/', 'Argo CD'],
  ['kustomize.toolkit.fluxcd.io/', 'Flux'],
  ['helm.toolkit.fluxcd.io/', 'Flux'],
  ['meta.helm.sh/', 'Helm'],
];

export function entryOf(object: KubernetesObject): Entry {
  const { server, problems } = readMcpServer(object);
  const { metadata } = object;
  const synced = metadata.annotations?.[SYNCED];
  const [problem] = problems;
  return {
    manifest: comparable(server),
    // The API server fills in the default, so nobody can tell.
    isScaled: true,
    version: metadata.resourceVersion ?? '',
    synced: isDigest(synced) ? synced : undefined,
    hold: problem ? `says what this version of Mooring does not know (${problem.path})` : holdOf(metadata),
    warning: warningOf(metadata),
  };
}

function holdOf({ labels, deletionTimestamp, ownerReferences }: KubernetesMeta): string | undefined {
  if (labels?.[BUNDLED] === 'true') return 'comes with the chart; its values change it';
  if (deletionTimestamp !== undefined) return 'is being deleted; try again when it is gone';
  const owner = ownerReferences?.find(({ controller }) => controller === true);
  return owner && `belongs to ${owner.kind} ${owner.name}`;
}

function warningOf({ labels, annotations }: KubernetesMeta): string | undefined {
  const names = [...Object.keys(labels ?? {}), ...Object.keys(annotations ?? {})];
  const [, who] = MANAGERS.find(([prefix]) => names.some((name) => name.startsWith(prefix))) ?? [];
  return who && `is managed by ${who}, which may change it back`;
}

/** The whole object as it is to be: what is not its author's stays as it is on the live one. */
export function objectOf(
  { namespace, name }: Edit,
  { manifest, digest }: Wanted,
  live: KubernetesObject | undefined,
): KubernetesObject {
  const { metadata, spec } = manifest;
  const annotations = { ...books(live?.metadata.annotations), ...metadata.annotations, [SYNCED]: digest };
  const labels = { ...books(live?.metadata.labels), ...metadata.labels };
  if (!live) {
    return {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: { name, namespace, labels, annotations },
      spec: withoutDefaults(spec),
    };
  }
  const is = entryOf(live).manifest.spec;
  // Where the folder says nothing of replicas they are the business of `kubectl scale` and of autoscalers, up to the moment of writing.
  const wanted = isScaledDigest(digest) ? spec : { ...spec, replicas: is.replicas };
  const written = isObject(live['spec']) ? live['spec'] : {};
  return {
    ...live,
    metadata: { ...live.metadata, labels, annotations },
    spec: rewritten(written, plain(is), plain(wanted)),
  };
}

const books = (map: Readonly<Record<string, string>> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(map ?? {}).filter(([name]) => isBookkeeping(name)));

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
