import { BlockList, isIPv6 } from 'node:net';
import type { NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from '../resources/kubernetes-types.ts';

/** One end of a connection: a pod, or an address outside of the cluster. */
export interface Peer {
  readonly address: string;
  /** Absent outside of the cluster. */
  readonly pod?: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly ports?: Readonly<Record<string, number>>;
  };
}

export interface Flow {
  readonly from: Peer;
  readonly to: Peer;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
}

/**
 * Whether a policy of the namespace of `isolated` lets a connection pass, as kubernetes.io, "Network Policies" says: a direction that it isolates
 * is closed but for what one of its rules allows; within a rule peer and port have to match, and an absent list matches everything.
 */
export function allows(policy: NetworkPolicySpec, isolated: 'from' | 'to', namespace: string, flow: Flow): boolean {
  const pod = flow[isolated].pod;
  if (pod?.namespace !== namespace || !selects(policy.podSelector, pod.labels)) return true;
  const types = policy.policyTypes ?? ['Ingress', ...(policy.egress ? ['Egress'] : [])];
  if (!types.includes(isolated === 'to' ? 'Ingress' : 'Egress')) return true;
  const other = isolated === 'to' ? flow.from : flow.to;
  const rules =
    isolated === 'to'
      ? (policy.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (policy.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  return rules.some(
    ({ peers = [], ports = [] }) =>
      (peers.length === 0 || peers.some((peer) => matchesPeer(peer, other, namespace))) &&
      (ports.length === 0 || ports.some((port) => matchesPort(port, flow))),
  );
}

function matchesPeer(
  { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer,
  peer: Peer,
  home: string,
): boolean {
  // Addresses of pods do not count: whether they do is left to the network plug-in, so no rule of ours may need it.
  if (ipBlock)
    return !peer.pod && isIn(ipBlock.cidr, peer.address) && !ipBlock.except?.some((cidr) => isIn(cidr, peer.address));
  if (!peer.pod) return false;
  const { namespace, labels } = peer.pod;
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace })
    : namespace === home;
  return inNamespace && selects(podSelector, labels);
}

function matchesPort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, flow: Flow): boolean {
  if (protocol !== (flow.protocol ?? 'TCP')) return false;
  if (port === undefined) return true;
  // The name of a port is one of the pod that is connected to.
  if (typeof port === 'string') return flow.to.pod?.ports?.[port] === flow.port;
  return endPort === undefined ? flow.port === port : flow.port >= port && flow.port <= endPort;
}

type Selector = NonNullable<NetworkPolicyPeer['podSelector']>;

/** metav1.LabelSelector. */
function selects(selector: Selector | undefined, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const isListed = value !== undefined && values.includes(value);
      return operator === 'In' ? isListed : !isListed;
    })
  );
}

function isIn(cidr: string, address: string): boolean {
  const [network = '', prefix = ''] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family);
  return isIPv6(address) === (family === 'ipv6') && block.check(address, family);
}
