import { z } from 'zod';
import { atomicList, dictionary, intOrString, keyedList, opaqueObject } from './collections.ts';
import { dnsLabel, dnsSubdomain, formed } from './text.ts';

const envName = () =>
  formed(256, /^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _, not beginning with a digit; for example `LOG_LEVEL`');

const keyRef = () =>
  z.strictObject({
    name: dnsSubdomain().describe('Name of the object, in the namespace of the server.'),
    key: formed(253, /^[-._a-zA-Z0-9]+$/, 'letters, digits, -, _ and .; for example `token`').describe('Key in it.'),
  });

/** A Secret or ConfigMap. */
export const nameRef = () =>
  z.strictObject({ name: dnsSubdomain().describe('Name of the object, in the namespace of the server.') });

const quantity = () =>
  intOrString(
    0,
    32,
    /^([0-9]+(\.[0-9]+)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$/,
    'a whole number, or text: for processors such as `500m` or `"0.5"`, for memory such as `256Mi`',
  );

const EnvVar = z.strictObject({
  name: envName().describe('Name of the variable.'),
  value: z.string().max(32_768).optional().describe('Its value. Anybody who can read this object can read it.'),
  valueFrom: z
    .strictObject({
      secretKeyRef: keyRef()
        .optional()
        .describe('The value is this key of a Secret; on a laptop the file `$MOORING_HOME/secrets/NAME/KEY`.'),
      configMapKeyRef: keyRef().optional().describe('The value is this key of a ConfigMap.'),
    })
    .optional()
    .describe('Where its value is read from: exactly one of the two.'),
});

const EnvFrom = z.strictObject({
  prefix: envName().optional().describe('Put before the name of every key.'),
  secretRef: nameRef()
    .optional()
    .describe('Every key of this Secret; on a laptop every file in `$MOORING_HOME/secrets/NAME`.'),
  configMapRef: nameRef().optional().describe('Every key of this ConfigMap.'),
});

const Volume = z.strictObject({
  name: dnsLabel().describe('Name of the volume.'),
  mountPath: formed(1024, /^\/[^:]*$/, 'an absolute path without `:`; for example `/data`').describe(
    'Where the server sees it.',
  ),
  readOnly: z.boolean().default(true).describe('false lets the server write.'),
  secret: z
    .strictObject({ secretName: dnsSubdomain().describe('Name of the Secret.') })
    .optional()
    .describe('The keys of a Secret as files.'),
  configMap: z
    .strictObject({ name: dnsSubdomain().describe('Name of the ConfigMap.') })
    .optional()
    .describe('The keys of a ConfigMap as files.'),
  emptyDir: z
    .strictObject({ sizeLimit: quantity().optional().describe('How large it may grow.') })
    .optional()
    .describe('An empty folder that goes with the pod.'),
  persistentVolumeClaim: z
    .strictObject({ claimName: dnsSubdomain().describe('Name of the claim.') })
    .optional()
    .describe('A volume that stays.'),
});

const quantities = () =>
  dictionary(
    formed(63, /^[a-z0-9][-a-z0-9./]*$/, 'the name of a resource; for example `cpu` or `memory`'),
    quantity(),
    16,
  ).optional();

/** The fields of the spec that shape the pod (on a laptop: the process). */
export const PodFields = {
  env: keyedList(EnvVar, 'name', 128)
    .optional()
    .describe('Variables for the server, each with exactly one of value and valueFrom.'),
  envFrom: atomicList(EnvFrom, 32)
    .optional()
    .describe('Variables from every key of a Secret or ConfigMap, exactly one of them in each entry.'),
  volumes: keyedList(Volume, 'name', 32)
    .optional()
    .describe('Files for the server, each entry with exactly one source.'),
  resources: z
    .strictObject({
      requests: quantities().describe('What is set aside for the server.'),
      limits: quantities().describe('What the server cannot exceed.'),
    })
    .optional()
    .describe('Processor and memory.'),
  serviceAccountName: dnsSubdomain().optional().describe('The ServiceAccount that the pod runs as.'),
  imagePullSecrets: keyedList(nameRef(), 'name', 16).optional().describe('Secrets that the image is pulled with.'),
  podTemplate: opaqueObject()
    .optional()
    .describe('A partial PodTemplateSpec, merged over what Mooring builds; the container of the server is `server`.'),
};
