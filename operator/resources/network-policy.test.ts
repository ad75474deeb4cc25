import { expect, test } from 'vitest';
import { serverOf } from '../testdata/manifest.ts';
import { allows, type Flow, type Peer } from '../testdata/network-flows.ts';
import { childLabels } from './labels.ts';
import { networkPolicy } from './network-policy.ts';

const HOME = 'mooring-system';

const pod = (namespace: string, labels: Record<string, string>, ports = {}): Peer => ({
  address: '10.1.2.3',
  pod: { namespace, labels, ports },
});
const component = (namespace: string, name: string): Peer =>
  pod(namespace, { 'app.kubernetes.io/name': 'mooring', 'app.kubernetes.io/component': name });
const outside = (address: string): Peer => ({ address });

const GATEWAY = component(HOME, 'gateway');
const OPERATOR = component(HOME, 'operator');
const DATABASE = component(HOME, 'database');
const COREDNS = pod('kube-system', { 'k8s-app': 'kube-dns' });
const STRANGER = pod('default', { app: 'other' });
const WEB = outside('93.184.216.34');
const METADATA = outside('169.254.169.254');

/** The pods of server `notes`; `listens` may be another port than the manifest says now. */
const server = (namespace: string, listens = 8080): Peer =>
  pod(namespace, { ...childLabels(serverOf()), 'pod-template-hash': 'x' }, { mcp: listens });

type Spec = Parameters<typeof serverOf>[0];

function passes(spec: Spec, isolated: 'from' | 'to', flow: Flow): boolean {
  const namespace = flow[isolated].pod?.namespace ?? '';
  const policy = networkPolicy(serverOf({ image: 'a', ...spec }, { namespace }), { home: HOME });
  expect(policy.metadata.namespace).toBe(namespace);
  return allows(policy.spec, isolated, namespace, flow);
}

test.each<[string, Peer, number, boolean]>([
  ['the gateway', GATEWAY, 8080, true],
  ['the operator', OPERATOR, 8080, true],
  ['the gateway on another port', GATEWAY, 9090, false],
  ['the database', DATABASE, 8080, false],
  ['a pod of the namespace', STRANGER, 8080, false],
  ['another server', pod('default', childLabels({ metadata: { name: 'other' } })), 8080, false],
  ['a pod of our namespace that is no part of us', pod(HOME, { app: 'other' }), 8080, false],
  ['a gateway in a namespace of somebody else', component('default', 'gateway'), 8080, false],
  ['a server that calls itself mooring', pod(HOME, childLabels({ metadata: { name: 'mooring' } })), 8080, false],
  ['an address outside', WEB, 8080, false],
])('in: %s', (_who, from, port, expected) => {
  expect(passes({}, 'to', { from, to: server('default'), port })).toBe(expected);
  expect(passes({}, 'to', { from, to: server('default'), port, protocol: 'UDP' })).toBe(false);
});

test('while an edit of the port arrives, pods of before it are still reached', () => {
  expect(passes({ port: 9000 }, 'to', { from: GATEWAY, to: server('default', 8080), port: 8080 })).toBe(true);
  expect(passes({ port: 9000 }, 'to', { from: GATEWAY, to: server('default', 9000), port: 9000 })).toBe(true);
});

type Row = [string, Spec, string, Peer, number, boolean, ('TCP' | 'UDP')?];

const OPEN: Spec = {};
const CLOSED: Spec = { network: { egress: [] } };
const SOME: Spec = {
  network: {
    egress: [
      { cidr: '93.184.216.0/24', ports: [443, 8443] },
      { cidr: '10.20.0.0/16' },
      { cidr: '2001:DB8::1/32', ports: [443] },
    ],
  },
};
const ALL: Spec = { network: { egress: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] } };
const CLOUD: Spec = { network: { egress: [{ cidr: '169.254.169.254/32', ports: [80] }] } };
const BUNDLED: Spec = { ...CLOSED, binary: 'mooring' };

test.each<Row>([
  ['open: the web', OPEN, 'default', WEB, 443, true],
  ['open: any port and protocol', OPEN, 'default', WEB, 12345, true, 'UDP'],
  ['open: the web by IPv6', OPEN, 'default', outside('2606:2800::1'), 443, true],
  ['open: a pod', OPEN, 'default', STRANGER, 80, true],
  ['open: a private address', OPEN, 'default', outside('10.0.0.9'), 443, true],
  ['open: DNS', OPEN, 'default', COREDNS, 53, true, 'UDP'],
  ['open: the metadata service', OPEN, 'default', METADATA, 80, false],
  ['open: DNS of Google Cloud at its address', OPEN, 'default', METADATA, 53, true, 'UDP'],
  ['open: the metadata service by IPv6', OPEN, 'default', outside('fd00:ec2::254'), 80, false],
  ['open: the metadata service of Alibaba', OPEN, 'default', outside('100.100.100.200'), 80, false],
  ['open: the metadata service of Oracle', OPEN, 'default', outside('192.0.0.192'), 80, false],
  ['closed: the web', CLOSED, 'default', WEB, 443, false],
  ['closed: a pod', CLOSED, 'default', STRANGER, 80, false],
  ['closed: the gateway', CLOSED, 'default', GATEWAY, 8080, false],
  ['closed: the database', CLOSED, 'default', DATABASE, 5432, false],
  ['closed: the metadata service', CLOSED, 'default', METADATA, 80, false],
  ['closed: DNS', CLOSED, 'default', COREDNS, 53, true, 'UDP'],
  ['closed: DNS by TCP', CLOSED, 'default', COREDNS, 53, true],
  ['closed: DNS of OpenShift', CLOSED, 'default', pod('openshift-dns', {}), 5353, true, 'UDP'],
  ['closed: DNS cached on the node', CLOSED, 'default', outside('169.254.20.10'), 53, true, 'UDP'],
  ['closed: DNS at the address of the Service', CLOSED, 'default', outside('10.96.0.10'), 53, true, 'UDP'],
  ['closed: DNS of the internet', CLOSED, 'default', outside('8.8.8.8'), 53, false, 'UDP'],
  ['closed: port 53 of a pod', CLOSED, 'default', STRANGER, 53, false],
  ['closed: another port of kube-system', CLOSED, 'default', COREDNS, 9153, false],
  ['some: what is named', SOME, 'default', WEB, 443, true],
  ['some: its second port', SOME, 'default', WEB, 8443, true],
  ['some: another port there', SOME, 'default', WEB, 80, false],
  ['some: UDP there', SOME, 'default', WEB, 443, false, 'UDP'],
  ['some: another address', SOME, 'default', outside('93.184.217.1'), 443, false],
  ['some: every port where none is named', SOME, 'default', outside('10.20.3.4'), 9999, true],
  ['some: every protocol where none is named', SOME, 'default', outside('10.20.3.4'), 9999, true, 'UDP'],
  ['some: by IPv6', SOME, 'default', outside('2001:db8:5::1'), 443, true],
  ['some: another by IPv6', SOME, 'default', outside('2001:db9::1'), 443, false],
  ['all: the web', ALL, 'default', WEB, 443, true],
  ['all: by IPv6', ALL, 'default', outside('2606:2800::1'), 443, true],
  ['all: the metadata service', ALL, 'default', METADATA, 80, false],
  ['all: the metadata service by IPv6', ALL, 'default', outside('fd00:ec2::254'), 80, false],
  ['cloud: the metadata service that is named', CLOUD, 'default', METADATA, 80, true],
  ['cloud: another port of it', CLOUD, 'default', METADATA, 8080, false],
  ['bundled: the database', BUNDLED, HOME, DATABASE, 5432, true],
  ['bundled: another port of it', BUNDLED, HOME, DATABASE, 22, false],
  ['bundled: the gateway', BUNDLED, HOME, GATEWAY, 8080, false],
  ['bundled in a namespace that is not ours: the database', BUNDLED, 'default', DATABASE, 5432, false],
  ['not bundled, in our namespace: the database', CLOSED, HOME, DATABASE, 5432, false],
])('out, %s', (_what, spec, namespace, to, port, expected, protocol) => {
  expect(passes(spec, 'from', { from: server(namespace), to, port, ...(protocol && { protocol }) })).toBe(expected);
});

test('pods of others are not concerned', () => {
  expect(passes(CLOSED, 'from', { from: STRANGER, to: WEB, port: 443 })).toBe(true);
  expect(passes(CLOSED, 'to', { from: WEB, to: STRANGER, port: 443 })).toBe(true);
});
