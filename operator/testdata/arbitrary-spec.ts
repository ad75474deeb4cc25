import fc from 'fast-check';
import type { z } from 'zod';
import { McpServerSpec } from '../../crds/mcpserver.ts';

type SpecInput = z.input<typeof McpServerSpec>;

const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/);
const variable = fc.constantFrom('A', 'B', 'HOME', 'TZ', 'PORT', 'HOST', 'MOORING_IDENTITY_JWKS', 'TOKEN');
const key = fc.constantFrom('token', 'url', 'a.b-c_d');
const quantity = fc.constantFrom<string | number>('0.5', '500m', 2, '1024Mi', '1.5Gi', '64M', '1e3');

const env = fc.oneof(
  fc.record({ name: variable, value: fc.string({ maxLength: 8 }) }),
  fc.record({ name: variable, valueFrom: fc.record({ secretKeyRef: fc.record({ name, key }) }) }),
  fc.record({ name: variable, valueFrom: fc.record({ configMapKeyRef: fc.record({ name, key }) }) }),
);

const ref = fc.record({ name });
const envFrom = fc.oneof(fc.record({ prefix: variable, secretRef: ref }), fc.record({ configMapRef: ref }));

const volumeSource = fc.oneof(
  fc.record({ secret: fc.record({ secretName: name }) }),
  fc.record({ configMap: ref }),
  fc.record({ emptyDir: fc.record({ sizeLimit: quantity }, { requiredKeys: [] }) }),
  fc.record({ persistentVolumeClaim: fc.record({ claimName: name }) }),
);
const volumes = fc
  .uniqueArray(fc.tuple(name, volumeSource, fc.boolean()), { maxLength: 4, selector: ([each]) => each })
  .map((list) => list.map(([each, source, readOnly]) => ({ name: each, mountPath: `/${each}`, readOnly, ...source })));

/** No request is above a limit: the API server refuses that. */
const amounts = (cpu: readonly (string | number)[], memory: readonly string[]) =>
  fc.record({ cpu: fc.constantFrom(...cpu), memory: fc.constantFrom(...memory) }, { requiredKeys: [] });
const requests = amounts(['0.5', '500m', '.25', 1], ['64M', '1024Ki', '0.5Gi']);
const limits = amounts([1, '1e3', '2000m'], ['1024Mi', '1.5Gi', '2G']);
const port = fc.integer({ min: 1, max: 65_535 });
const cidr = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`),
  fc.constantFrom('2001:db8::/32', '::/0', 'fd00:ec2::254/128'),
);

/** Specs that the model admits, without `podTemplate`. */
export const arbitrarySpec: fc.Arbitrary<SpecInput> = fc
  .record(
    {
      image: fc.constantFrom('example/notes:1', 'ghcr.io/example/notes@sha256:0123456789abcdef0123456789abcdef'),
      binary: fc.constantFrom('notes', '/app/notes', 'mooring'),
      args: fc.array(fc.string({ maxLength: 8 }), { maxLength: 3 }),
      port,
      enabled: fc.boolean(),
      env: fc.uniqueArray(env, { maxLength: 5, selector: (each) => each.name }),
      envFrom: fc.array(envFrom, { maxLength: 2 }),
      volumes,
      resources: fc.record({ requests, limits }, { requiredKeys: [] }),
      serviceAccountName: name,
      imagePullSecrets: fc.uniqueArray(ref, { maxLength: 2, selector: (each) => each.name }),
      replicas: fc.integer({ min: 0, max: 5 }),
      autoscaling: fc.record({
        minReplicas: fc.integer({ min: 1, max: 3 }),
        maxReplicas: fc.integer({ min: 3, max: 9 }),
      }),
      disruptionBudget: fc.oneof(
        fc.record({ minAvailable: fc.constantFrom(0, 1, '50%') }),
        fc.record({ maxUnavailable: fc.nat(2) }),
      ),
      network: fc.record({
        egress: fc.array(
          fc.record({ cidr, ports: fc.uniqueArray(port, { minLength: 1, maxLength: 2 }) }, { requiredKeys: ['cidr'] }),
          { maxLength: 3 },
        ),
      }),
      rolloutGate: fc.boolean(),
      timeouts: fc.record({ startup: fc.constantFrom('250ms', '5s', '10m') }, { requiredKeys: [] }),
    },
    { requiredKeys: ['image'] },
  )
  .map((spec) => spec as SpecInput)
  .filter((spec) => McpServerSpec.safeParse(spec).success);
