import { expect, test } from 'vitest';
import { maskCredentials } from '../../../core/mask-credentials.ts';
import { containerOf, podOf, verified, type PodTraits } from '../../testdata/pods.ts';
import { serverCause, type ServerFacts } from './server-cause.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');

function causeOf(traits: PodTraits, more: Partial<ServerFacts> = {}) {
  return serverCause({
    deployment: undefined,
    pods: [podOf(traits)],
    failedMount: () => undefined,
    said: () => undefined,
    mask: maskCredentials,
    now: NOW,
    ...more,
  });
}

const waits = (reason: string, message: string, ended?: PodTraits['container']): PodTraits => ({
  ip: undefined,
  container: { ...containerOf({ waiting: { reason, message } }), ...ended },
});

const ended = (exitCode: number, reason: string, message?: string) => ({ terminated: { exitCode, reason, message } });

const PULL =
  'failed to pull and unpack image "example.com/notes:1": failed to resolve reference "example.com/notes:1": failed to do request: Head "https://example.com/v2/notes/manifests/1": dial tcp: lookup example.com on 10.96.0.10:53: read udp 10.244.0.9:41522->10.96.0.10:53: i/o timeout';
const START =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "nope": executable file not found in $PATH: unknown';
const SCHEDULER =
  '0/3 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';

/** What kubelet and the scheduler of Kubernetes 1.35 say, and what becomes of it. */
test.each<[string, PodTraits, reason: string, message: RegExp]>([
  [
    'no such host',
    waits('ErrImagePull', PULL),
    'ImagePullFailed',
    /^Image "example\.com\/notes:1" cannot be pulled: failed to do request: .*lookup example\.com.*read udp 10\.96\.0\.10:53: i\/o timeout\. The node does not reach the registry/,
  ],
  [
    'the same, between two tries',
    waits('ImagePullBackOff', `Back-off pulling image "example.com/notes:1": ErrImagePull: ${PULL}`),
    'ImagePullFailed',
    /dial tcp: lookup example\.com/,
  ],
  [
    'no such tag',
    waits(
      'ErrImagePull',
      'rpc error: code = NotFound desc = failed to pull and unpack image "example.com/notes:1": failed to resolve reference "example.com/notes:1": example.com/notes:1: not found',
    ),
    'ImagePullFailed',
    /: example\.com\/notes:1: not found\. Correct the name or the tag in spec\.image/,
  ],
  [
    'no credentials',
    waits('ErrImagePull', 'failed to authorize: failed to fetch anonymous token: 401 Unauthorized'),
    'ImagePullFailed',
    /spec\.imagePullSecrets/,
  ],
  [
    'no name of an image',
    waits('InvalidImageName', 'Failed to apply default image tag "a:b:c": couldn\'t parse image name'),
    'ImagePullFailed',
    /Correct spec\.image/,
  ],
  [
    'an image that is not on the node',
    waits('ErrImageNeverPull', 'Container image "example.com/notes:1" is not present with pull policy of Never'),
    'ImagePullFailed',
    /imagePullPolicy/,
  ],
  [
    'a crash',
    { container: containerOf(ended(7, 'Error', '\u001b[31mcannot open the database\u001b[0m\n')) },
    'ProcessExited',
    /^It ended with exit code 7\. .*Its last output:\ncannot open the database$/s,
  ],
  [
    'a crash loop that waits',
    waits('CrashLoopBackOff', 'back-off 40s restarting failed container=server pod=notes-1_default(x)', {
      restartCount: 3,
      lastState: ended(7, 'Error', 'cannot open the database'),
    }),
    'CrashLooping',
    /exit code 7.*cannot open the database/s,
  ],
  [
    'a crash loop that runs again',
    { container: { ...containerOf({ running: {} }, ended(7, 'Error', 'cannot open the database')), restartCount: 4 } },
    'CrashLooping',
    /exit code 7/,
  ],
  [
    'an end in peace',
    { container: containerOf(ended(0, 'Completed')) },
    'ProcessExited',
    /exit code 0\. .*wrote nothing/,
  ],
  [
    'a signal',
    { container: containerOf({ terminated: { exitCode: 137, signal: 9, reason: 'Error' } }) },
    'ProcessExited',
    /by signal 9/,
  ],
  [
    'an init container',
    {
      ip: undefined,
      init: { ...containerOf(ended(1, 'Error', 'no schema')), name: 'migrate' },
      container: containerOf({ waiting: { reason: 'PodInitializing' } }),
    },
    'ProcessExited',
    /^Its container "migrate" ended with exit code 1.*no schema/s,
  ],
  [
    'no memory left',
    { limits: { memory: '64Mi' }, container: { ...containerOf(ended(137, 'OOMKilled')), restartCount: 1 } },
    'OutOfMemory',
    /limit of 64Mi.*spec\.resources\.limits\.memory/,
  ],
  [
    'no memory left, waiting',
    {
      limits: { memory: '64Mi' },
      ...waits('CrashLoopBackOff', 'back-off 10s', { restartCount: 2, lastState: ended(137, 'OOMKilled') }),
    },
    'OutOfMemory',
    /limit of 64Mi/,
  ],
  [
    'no Secret',
    waits('CreateContainerConfigError', 'secret "db" not found'),
    'SecretMissing',
    /without Secret "db"\. Create it in the namespace/,
  ],
  [
    'no key in a Secret',
    waits('CreateContainerConfigError', "couldn't find key url in Secret default/db"),
    'SecretMissing',
    /key "url" of Secret "db"/,
  ],
  [
    'no ConfigMap',
    waits('CreateContainerConfigError', 'configmap "settings" not found'),
    'ConfigMapMissing',
    /ConfigMap "settings"/,
  ],
  [
    'an image for root',
    waits(
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "notes-1_default(1b2c)", container: server)',
    ),
    'RunsAsRoot',
    /\(container has runAsNonRoot and image will run as root\).*securityContext\.runAsUser/,
  ],
  [
    'an image with a user by name',
    waits(
      'CreateContainerConfigError',
      'container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root (pod: "notes-1_default(1b2c)", container: server)',
    ),
    'RunsAsRoot',
    /non-numeric user \(node\).*USER and a number/,
  ],
  [
    'root by podTemplate',
    waits(
      'CreateContainerConfigError',
      'container\'s runAsUser breaks non-root policy (pod: "notes-1_default(1b2c)", container: server)',
    ),
    'RunsAsRoot',
    /runAsUser/,
  ],
  ['no such program', waits('RunContainerError', START), 'BinaryNotFound', /no program "nope"\. Correct spec\.binary/],
  [
    'no such program, between two tries',
    waits('CrashLoopBackOff', 'back-off 10s', { restartCount: 1, lastState: ended(128, 'StartError', START) }),
    'BinaryNotFound',
    /no program "nope"/,
  ],
  [
    'a program that is none',
    waits('RunContainerError', 'unable to start container process: exec: "/etc/passwd": permission denied: unknown'),
    'BinaryNotExecutable',
    /"\/etc\/passwd"/,
  ],
  [
    'an image without a program',
    waits(
      'CreateContainerError',
      'failed to generate container "0f8fad5bd9cb469fa16570867728950e0f8fad5bd9cb469fa16570867728950e" spec: no command specified',
    ),
    'ContainerNotStarted',
    /container "…" spec: no command specified/,
  ],
  [
    'no room',
    {
      phase: 'Pending',
      ip: undefined,
      container: { state: {} },
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: SCHEDULER }],
    },
    'Unschedulable',
    /of 3 nodes, 1 with too little CPU left, 1 with too little memory left, 1 tainted \(node-role\.kubernetes\.io\/control-plane\)\. Ask/,
  ],
  [
    'put out',
    { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.', ip: undefined },
    'Evicted',
    /low on resource: ephemeral-storage\. Ask/,
  ],
  [
    'a readiness probe of its own that fails',
    {
      conditions: [
        verified(),
        {
          type: 'Ready',
          status: 'False',
          reason: 'ContainersNotReady',
          message: 'containers with unready status: [server]',
        },
      ],
    },
    'NotReady',
    /answered MCP.*unready status: \[server\]/,
  ],
])('%s', (_what, traits, reason, message) => {
  const cause = causeOf(traits);
  expect(cause?.reason).toBe(reason);
  expect(cause?.message).toMatch(message);
});

test('another clock that is ahead keeps no trouble back', () => {
  const conditions = [verified('notes-1', 'containerd://c1', '2026-01-01T01:05:00Z')];
  expect(causeOf({ conditions })?.reason).toBe('NotReady');
});

test.each<[string, PodTraits]>([
  ['starts', { ip: undefined, container: containerOf({ waiting: { reason: 'ContainerCreating' } }) }],
  ['runs', {}],
  ['has answered a moment ago', { conditions: [verified('notes-1', 'containerd://c1', '2026-01-01T00:59:59Z')] }],
  [
    'has an init container that has done its work',
    { init: { ...containerOf(ended(0, 'Completed')), ready: true, name: 'migrate' } },
  ],
  ['ends', { deleted: true, container: containerOf(ended(143, 'Error')) }],
])('nothing is said of a pod that %s', (_what, traits) => {
  expect(causeOf(traits)).toBeUndefined();
});

test.each<[string, PodTraits, PodTraits]>([
  [
    'of a pull',
    waits('ErrImagePull', PULL),
    waits(
      'ImagePullBackOff',
      `Back-off pulling image "example.com/notes:1": ErrImagePull: ${PULL.replace('41522', '50001')}`,
    ),
  ],
  [
    'of a crash',
    waits('CrashLoopBackOff', 'back-off 10s', { restartCount: 1, lastState: ended(1, 'Error', 'x') }),
    { container: { ...containerOf(ended(1, 'Error', 'x')), restartCount: 9 } },
  ],
  [
    'of a program',
    waits('RunContainerError', START),
    waits('CrashLoopBackOff', 'back-off 10s', { lastState: ended(128, 'StartError', START) }),
  ],
])('the words %s do not change between two tries', (_what, one, other) => {
  expect(causeOf(one)).toEqual(causeOf(other));
});

test('numbers in an output that change from start to start change no words; other words do', () => {
  const crash = (output: string, said?: string) =>
    causeOf({ container: { ...containerOf(ended(1, 'Error', output)), restartCount: 5 } }, { said: () => said })
      ?.message;
  const first = crash('12:00:01 pid 7: no database');
  expect(crash('12:00:42 pid 9: no database', first)).toBe(first);
  expect(crash('12:00:42 pid 9: no luck', first)).toContain('no luck');
  expect(crash('Error on reading termination message from logs: no such file', first)).toBe(first);
});

test.each<[string, (number: number) => PodTraits]>([
  ['exit code', (code) => ({ container: { ...containerOf(ended(code, 'Error', 'no luck')), restartCount: 5 } })],
  [
    'image',
    (tag) => {
      const image = `example.com/notes:${tag}`;
      return waits('ErrImagePull', `failed to resolve reference "${image}": not found`, { image });
    },
  ],
])('another %s is told, though only a number differs', (_what, traits) => {
  const facts = (number: number) => ({ pods: [{ ...podOf(traits(number)), spec: { containers: [] } }] });
  const first = causeOf({}, facts(1))?.message;
  const second = causeOf({}, { ...facts(78), said: () => first })?.message;
  expect(first).not.toContain('78');
  expect(second).toMatch(/(?:exit code |notes:)78\b/);
});

test('before Kubernetes 1.32 a back-off does not say why: what was said stays', () => {
  const said = causeOf(waits('ErrImagePull', PULL))?.message;
  const later = waits('ImagePullBackOff', 'Back-off pulling image "example.com/notes:1"');
  expect(causeOf(later, { said: () => said })?.message).toBe(said);
});

test('of an output, the last 1000 bytes are told, from a whole character on', () => {
  const shown = causeOf({ container: containerOf(ended(1, 'Error', `${'日本語'.repeat(400)}!`)) })?.message ?? '';
  const output = shown.split('\n').at(-1) ?? '';
  expect(output).toMatch(/^…[日本語]+!$/u);
  expect(Buffer.byteLength(output)).toBeGreaterThan(990);
  expect(Buffer.byteLength(output)).toBeLessThanOrEqual(1000);
});

test('secrets in an output are masked before it is cut', () => {
  const password = 'p'.repeat(40);
  const message = `postgres://app:${password}@db/x ${'y'.repeat(980)}`;
  const shown = causeOf({ container: containerOf(ended(1, 'Error', message)) })?.message ?? '';
  expect(shown).not.toContain('pppp');
  expect(shown.length).toBeLessThan(1200);
});
