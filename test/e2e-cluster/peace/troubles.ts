import type { PodObject } from '../../support/cluster/recorder.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';

/** A way in which a server does not come up, what its author must be told, and what makes it good. */
export interface Trouble {
  readonly name: string;
  readonly manifest: object;
  /** Of the condition Ready. */
  readonly reason: string;
  readonly message: RegExp;
  readonly not?: RegExp;
  /** Whether a pod, as it is now, shows that the cluster knows, or that the server can be asked; without, the time counts from the apply. */
  readonly isKnown?: (pod: PodObject) => boolean;
  /** Milliseconds until the condition says so. */
  readonly withinMs: number;
  /** A merge patch of the spec. */
  readonly repair?: object;
}

const KNOWN = 5000;
/** Node starts, is asked in vain for some seconds before that is called a trouble, on a machine where a dozen servers start at once. */
const ASKED = 12_000;

const waits = (reason: RegExp) => (pod: PodObject) =>
  pod.status.containerStatuses?.some(({ state }) => reason.test(state['waiting']?.reason ?? '')) ?? false;
const ended = (reason: RegExp) => (pod: PodObject) =>
  pod.status.containerStatuses?.some(({ state, lastState }) =>
    reason.test(`${state['terminated']?.reason} ${lastState['terminated']?.reason}`),
  ) ?? false;
const runs = (pod: PodObject) => pod.status.containerStatuses?.some(({ state }) => state['running']) ?? false;
const unschedulable = (pod: PodObject) =>
  pod.status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable') ?? false;

const good = { args: ['plain'], env: null, envFrom: null, volumes: null, resources: null, podTemplate: null };

export const TROUBLES: readonly Trouble[] = [
  {
    name: 'image-missing',
    manifest: serverManifest('image-missing', 'plain', { image: 'mooring.test/not-there:1' }),
    reason: 'ImagePullFailed',
    message: /mooring\.test\/not-there:1/,
    isKnown: waits(/^(ErrImagePull|ImagePullBackOff)$/),
    withinMs: KNOWN,
    repair: { image: 'mooring.test/test-servers:e2e' },
  },
  {
    name: 'crash-loop',
    manifest: serverManifest('crash-loop', 'crash', {
      env: [{ name: 'LAST_WORDS', value: 'no route to postgres://app:hunter2@db/app' }],
    }),
    reason: 'CrashLooping',
    message: /code 3[^]*FATAL: no route to postgres:\/\//,
    not: /hunter2/,
    isKnown: ended(/Error/),
    withinMs: KNOWN,
    repair: good,
  },
  {
    name: 'wrong-port',
    manifest: serverManifest('wrong-port', 'wrong-port'),
    reason: 'PortNotOpened',
    message: /8080[^]*PORT/,
    isKnown: runs,
    withinMs: ASKED,
    repair: good,
  },
  {
    name: 'not-mcp',
    manifest: serverManifest('not-mcp', 'not-mcp'),
    reason: 'NotMcp',
    message: /spec\.path/,
    isKnown: runs,
    withinMs: ASKED,
    repair: good,
  },
  {
    name: 'hanging',
    manifest: serverManifest('hanging', 'hang'),
    reason: 'NoAnswer',
    message: /takes connections/,
    isKnown: runs,
    withinMs: ASKED,
    repair: good,
  },
  {
    name: 'locked',
    manifest: serverManifest('locked', 'locked'),
    reason: 'Unauthorized',
    message: /credentials of its own/,
    isKnown: runs,
    withinMs: ASKED,
    repair: good,
  },
  {
    name: 'out-of-memory',
    manifest: serverManifest('out-of-memory', 'glutton', { resources: { limits: { memory: '96Mi' } } }),
    reason: 'OutOfMemory',
    message: /96Mi[^]*spec\.resources/,
    isKnown: ended(/OOMKilled/),
    withinMs: KNOWN,
    repair: good,
  },
  {
    name: 'pod-refused',
    manifest: serverManifest('pod-refused', 'plain', { podTemplate: { spec: { hostNetwork: true } } }),
    reason: 'PodSecurityDenied',
    message: /hostNetwork/,
    withinMs: KNOWN,
    repair: good,
  },
  {
    name: 'node-full',
    manifest: serverManifest('node-full', 'plain', { resources: { requests: { cpu: '1000' } } }),
    reason: 'Unschedulable',
    message: /cpu/i,
    isKnown: unschedulable,
    withinMs: KNOWN,
    repair: good,
  },
  {
    name: 'secret-missing',
    manifest: serverManifest('secret-missing', 'plain', {
      env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'not-there', key: 'token' } } }],
    }),
    reason: 'SecretMissing',
    message: /"?not-there"?/,
    isKnown: waits(/^CreateContainerConfigError$/),
    withinMs: KNOWN,
    repair: good,
  },
  {
    name: 'volume-secret-missing',
    manifest: serverManifest('volume-secret-missing', 'plain', {
      volumes: [{ name: 'token', mountPath: '/token', secret: { secretName: 'not-there' } }],
    }),
    reason: 'SecretMissing',
    message: /"?not-there"?/,
    withinMs: 15_000,
    repair: good,
  },
];
