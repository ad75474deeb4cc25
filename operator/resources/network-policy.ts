import { PORTS } from '../../core/pod-paths.ts';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { isStrictlyWithin, parseAddressBlock, printAddressBlock, type AddressBlock } from './address-block.ts';
import { childMetadata } from './child-metadata.ts';
import { PORT_NAME } from './container-port.ts';
import { selectorLabels } from './labels.ts';
import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from './kubernetes-types.ts';

/**
 * Who may reach the pods of a server, and whom they may reach. In: the gateway and the operator. Out: everything but the metadata services of
 * clouds; with `spec.network` only DNS, what it names, and for bundled servers the database. The node that a pod runs on always reaches it.
 */
export function networkPolicy(
  server: McpServer,
  { home }: { readonly home: string },
): KubernetesObject & { readonly spec: NetworkPolicySpec } {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: childMetadata(server),
    spec: {
      podSelector: { matchLabels: { ...selectorLabels(server) } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [fromMooring(home)],
      egress: server.spec.network ? limitedEgress(server, server.spec.network.egress, home) : openEgress(),
    },
  };
}

/** By its name, so that pods of before and after an edit of `spec.port` are both reached. */
const fromMooring = (home: string): NetworkPolicyIngressRule => ({
  from: [componentsOf(home, ['gateway', 'operator'])],
  ports: [{ protocol: 'TCP', port: PORT_NAME }],
});

/** Pods of ours. Every namespace carries its name as a label since Kubernetes 1.22. */
const componentsOf = (home: string, components: readonly string[]): NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': home } },
  podSelector: {
    matchLabels: { 'app.kubernetes.io/name': 'mooring' },
    matchExpressions: [{ key: 'app.kubernetes.io/component', operator: 'In', values: [...components] }],
  },
});

/** Pods are named apart from addresses: some network plug-ins do not count a pod as an address. */
const openEgress = (): NetworkPolicyEgressRule[] => [
  DNS_AT_METADATA_ADDRESS,
  { to: [{ namespaceSelector: {} }, ...EVERYWHERE.map(block)] },
];

type Egress = NonNullable<McpServer['spec']['network']>['egress'];

const limitedEgress = (server: McpServer, egress: Egress, home: string): NetworkPolicyEgressRule[] => [
  ...DNS,
  ...(isBundled(server, home) ? [toDatabase(home)] : []),
  ...egress.flatMap(allowed),
];

/** What is no block of addresses allows nothing; `review` (operator/kubernetes) refuses it. */
function allowed({ cidr, ports }: Egress[number]): NetworkPolicyEgressRule[] {
  const parsed = parseAddressBlock(cidr);
  if (!parsed) return [];
  return [{ to: [block(parsed)], ...(ports && ports.length > 0 && { ports: ports.map(tcp) }) }];
}

/** Our own servers, which keep their data in the database of this Mooring. */
const isBundled = ({ metadata, spec }: McpServer, home: string): boolean =>
  metadata.namespace === home && spec.binary === 'mooring';

const toDatabase = (home: string): NetworkPolicyEgressRule => ({
  to: [componentsOf(home, ['database'])],
  ports: [tcp(PORTS.database)],
});

const tcp = (port: number): NetworkPolicyPort => ({ protocol: 'TCP', port });
const tcpAndUdp = (port: number): NetworkPolicyPort[] => [{ protocol: 'UDP', port }, tcp(port)];

/** Blocks that are written here are blocks. */
const blocks = (...cidrs: readonly string[]): readonly AddressBlock[] =>
  cidrs.flatMap((cidr) => parseAddressBlock(cidr) ?? []);

const EVERYWHERE = blocks('0.0.0.0/0', '::/0');

/**
 * Where clouds give the node's credentials to whoever asks: AWS, Azure, Google, OpenStack and others; Alibaba; Oracle; AWS over IPv6. They are
 * reached only where an entry of `egress` names them, not where a wider block happens to hold them.
 */
const METADATA = blocks('169.254.169.254/32', '100.100.100.200/32', '192.0.0.192/32', 'fd00:ec2::254/128');

function block(allowedBlock: AddressBlock): NetworkPolicyPeer {
  const except = METADATA.filter((each) => isStrictlyWithin(each, allowedBlock)).map(printAddressBlock);
  return { ipBlock: { cidr: printAddressBlock(allowedBlock), ...(except.length > 0 && { except }) } };
}

/** Where Google Cloud DNS answers the pods of a cluster: on the metadata address, which is otherwise closed. */
const DNS_AT_METADATA_ADDRESS: NetworkPolicyEgressRule = {
  to: [{ ipBlock: { cidr: '169.254.169.254/32' } }],
  ports: tcpAndUdp(53),
};

/**
 * DNS of the cluster, wherever it is: its pods (on OpenShift with port 5353 behind the Service), a cache on the node (link-local), or the address of
 * the Service, which such a cache answers before it becomes a pod's. Those are private (RFC 1918, 6598, 4193): no rule opens port 53 of the internet.
 */
const DNS: readonly NetworkPolicyEgressRule[] = [
  {
    to: [
      {
        namespaceSelector: {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['kube-system', 'openshift-dns'] },
          ],
        },
      },
    ],
    ports: [...tcpAndUdp(53), ...tcpAndUdp(5353)],
  },
  {
    to: blocks(
      '10.0.0.0/8',
      '100.64.0.0/10',
      '169.254.0.0/16',
      '172.16.0.0/12',
      '192.168.0.0/16',
      'fc00::/7',
      'fe80::/10',
    ).map((each) => ({ ipBlock: { cidr: printAddressBlock(each) } })),
    ports: tcpAndUdp(53),
  },
];
