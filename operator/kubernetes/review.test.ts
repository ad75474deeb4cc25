import { expect, test } from 'vitest';
import { serverOf } from '../testdata/manifest.ts';
import { review } from './review.ts';

type Spec = Parameters<typeof serverOf>[0];

const on = (spec: Spec) => review(serverOf({ binary: undefined, image: 'example/notes:1', ...spec }));

test.each<[string, Spec]>([
  ['an image', {}],
  ['an image and a program in it', { binary: 'notes' }],
  ['everything that shapes a pod', { replicas: 2, rolloutGate: false, network: { egress: [{ cidr: '::/0' }] } }],
  ['an empty podTemplate', { podTemplate: {} }],
  [
    'a podTemplate that removes',
    { podTemplate: { metadata: null, spec: { securityContext: null, volumes: [{ name: 'a', $patch: 'delete' }] } } },
  ],
])('%s is taken on', (_what, spec) => {
  expect(on(spec)).toEqual({ withoutEffect: [] });
});

test.each<[string, Spec, string, RegExp]>([
  ['a program alone', { binary: 'notes', image: undefined }, 'NeedsImage', /spec\.image/],
  [
    'a package',
    { image: undefined, package: { registry: 'npm', name: 'a', version: '1' } },
    'NotSupported',
    /spec\.package\. Instead of spec\.package, name an image/,
  ],
  ['another transport', { transport: 'stdio' }, 'NotSupported', /streamable HTTP/],
  ['a limit of calls', { rateLimit: { requests: 1, per: '1s' } }, 'NotSupported', /Leave out spec\.rateLimit/],
  [
    'a volume of our name',
    {
      volumes: [
        { name: 'a', mountPath: '/a', emptyDir: {} },
        { name: 'mooring-identity', mountPath: '/b', emptyDir: {} },
      ],
    },
    'InvalidVolume',
    /^spec\.volumes\[1\] has a name or path/,
  ],
  [
    'a volume at our path',
    { volumes: [{ name: 'a', mountPath: '/var/run/mooring/identity', emptyDir: {} }] },
    'InvalidVolume',
    /\/var\/run\/mooring\/identity/,
  ],
  [
    'an address block that is none',
    { network: { egress: [{ cidr: '10.0.0.0/8' }, { cidr: '1:2:3/64' }] } },
    'InvalidEgress',
    /^spec\.network\.egress\[1\]\.cidr is no block of addresses/,
  ],
  [
    'containers that are no list',
    { podTemplate: { spec: { containers: { name: 'server' } } } },
    'InvalidPodTemplate',
    /^spec\.podTemplate\.spec\.containers is not what a PodTemplateSpec has there/,
  ],
  [
    'a container without name',
    { podTemplate: { spec: { containers: [{ image: 'a' }] } } },
    'InvalidPodTemplate',
    /^spec\.podTemplate\.spec\.containers\[0\]\.name/,
  ],
  [
    'a podTemplate without bottom',
    { podTemplate: nested(20_000) },
    'InvalidPodTemplate',
    /^spec\.podTemplate is nested more than 32 levels deep/,
  ],
])('%s is refused', (_what, spec, reason, message) => {
  expect(on(spec).refusal).toMatchObject({ reason, message: expect.stringMatching(message) });
});

test('what does nothing is named', () => {
  const env = [
    { name: 'A', value: 'a' },
    { name: 'PORT', value: '1' },
  ];
  expect(on({ env, autoscaling: { maxReplicas: 3 } }).withoutEffect).toEqual([
    'spec.env[1] (PORT), which Mooring itself sets',
    'spec.autoscaling, because without spec.resources.requests.cpu there is nothing to measure by',
  ]);
  expect(on({ autoscaling: { maxReplicas: 3 }, resources: { limits: { cpu: 1 } } }).withoutEffect).toEqual([]);
});

function nested(depth: number): Record<string, unknown> {
  let template = {};
  for (let level = 0; level < depth; level++) template = { spec: template };
  return template;
}
