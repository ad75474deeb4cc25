import { z } from 'zod';
import { dnsSubdomain, text } from './text.ts';

const envName = () => text(256).regex(/^[A-Za-z_][A-Za-z0-9_]*$/);
const keyRef = () => z.strictObject({ name: dnsSubdomain(), key: text(253).regex(/^[-._a-zA-Z0-9]+$/) });
const nameRef = () => z.strictObject({ name: dnsSubdomain() });

const EnvVar = z.strictObject({
  name: envName(),
  value: z.string().max(32_768).optional(),
  valueFrom: z.strictObject({ secretKeyRef: keyRef().optional(), configMapKeyRef: keyRef().optional() }).optional(),
});

const EnvFrom = z.strictObject({
  prefix: envName().optional(),
  secretRef: nameRef().optional(),
  configMapRef: nameRef().optional(),
});

const Volume = z.strictObject({
  name: text(63),
  mountPath: text(1024).regex(/^\/[^:]*$/),
  readOnly: z.boolean().default(true),
  secret: z.strictObject({ secretName: dnsSubdomain() }).optional(),
  configMap: z.strictObject({ name: dnsSubdomain() }).optional(),
  emptyDir: z.strictObject({ sizeLimit: text(32).optional() }).optional(),
  persistentVolumeClaim: z.strictObject({ claimName: dnsSubdomain() }).optional(),
});

const quantities = () => z.record(text(63), text(32)).optional();

/** The fields of the spec that shape the pod (on a laptop: the process). */
export const PodFields = {
  env: z.array(EnvVar).max(128).optional().describe('Variables for the server, by value or by reference.'),
  envFrom: z.array(EnvFrom).max(32).optional().describe('Variables from every key of a Secret or ConfigMap.'),
  volumes: z.array(Volume).max(32).optional().describe('Files for the server.'),
  resources: z.strictObject({ requests: quantities(), limits: quantities() }).optional(),
  serviceAccountName: dnsSubdomain().optional(),
  imagePullSecrets: z.array(nameRef()).max(16).optional(),
  podTemplate: z.looseObject({}).optional().describe('A partial PodTemplateSpec, merged over what Mooring builds.'),
};
