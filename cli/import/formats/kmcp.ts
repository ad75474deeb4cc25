import { isObject } from '../../../crds/path-pattern.ts';
import { setCommand } from '../command/set-command.ts';
import { note, type Draft } from '../draft.ts';
import { setArgs, setKubernetesEnv } from '../environment.ts';
import { readFields, textOf, type Fields } from '../fields.ts';
import { eachValue, type Format } from '../format.ts';
import { isKind, kubernetesIdentity } from '../kubernetes-object.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { setPodTemplate } from '../pod-template.ts';

type Json = Readonly<Record<string, unknown>>;

const GROUP = 'kagent.dev';

/** The name of the server's container in kmcp's pods, where a template has to name one. */
const CONTAINER = 'mcp-server';

/** kmcp's MCPServer. */
export const kmcp: Format = {
  title: `kmcp’s MCPServer (${GROUP})`,
  recognizes: (value) => isKind(value, GROUP, 'MCPServer'),
  servers: eachValue((value, file) => [
    {
      ...kubernetesIdentity(value),
      file,
      convert: (draft) => {
        const fields = readFields(value['spec'], draft);
        setDeployment(draft, readFields(fields.object('deployment'), draft, 'deployment.'), transportOf(draft, fields));
        fields.ignore('stdioTransport');
        fields.refuse({
          authn: SIGN_IN,
          authz: `${SIGN_IN}; none of its rules are carried over`,
          routeFilter: 'is not carried over: `allowedOrigins` of mooring.yaml says which web pages may call',
          timeout: 'is not carried over: `spec.timeouts` has those of the gateway',
        });
        fields.finish();
      },
    },
  ]),
};

const SIGN_IN = 'is not carried over: Mooring signs people in itself, and `spec.oauth` says who may call';

interface Transport {
  readonly isStdio: boolean;
  readonly port?: number | undefined;
}

function transportOf(draft: Draft, fields: Fields): Transport {
  const http = readFields(fields.object('httpTransport'), draft, 'httpTransport.');
  const isStdio = (fields.text('transportType') ?? 'stdio') === 'stdio';
  const path = http.text('path');
  if (!isStdio && path !== undefined && path !== '') draft.spec.path = path;
  http.refuse({ tls: 'is not carried over: the gateway speaks HTTP to pods, inside the cluster' });
  const port = http.integer('targetPort');
  http.finish();
  return { isStdio, port };
}

function setDeployment(draft: Draft, fields: Fields, { isStdio, port }: Transport): void {
  for (const [name, value] of variablesOf(fields.any('env'))) setKubernetesEnv(draft, name, textOf(value));
  setProgram(draft, fields);
  if (isStdio) draft.spec.transport = 'stdio';
  else delete draft.spec.transport;
  const listensOn = port ?? fields.integer('port');
  if (!isStdio && listensOn !== undefined) draft.spec.port = listensOn;
  setReferences(draft, fields);
  setPod(draft, fields);
  fields.ignore('port');
  fields.refuse({
    initContainer: 'copies kmcp’s adapter, which Mooring does not need',
    serviceAccount:
      'is not carried over: make the ServiceAccount with these annotations and name it in `spec.serviceAccountName`',
  });
  fields.finish();
}

/** A map, and in some of kmcp's own samples a list as pods have it. */
function variablesOf(env: unknown): [string, unknown][] {
  if (Array.isArray(env)) return env.filter(isObject).map(({ name, value }) => [textOf(name), value]);
  return isObject(env) ? Object.entries(env) : [];
}

function setProgram(draft: Draft, fields: Fields): void {
  const image = fields.text('image') ?? '';
  const command = fields.text('cmd') ?? '';
  const args = fields.texts('args');
  if (image !== '') {
    draft.spec.image = image;
    if (command !== '') draft.spec.binary = command;
    return setArgs(draft, args, 'kubernetes');
  }
  if (command === '') throw new NotCarriedOver('deployment.image', 'is missing, and so is `cmd`');
  return setCommand(draft, [command, ...args], 'kubernetes');
}

/** Secrets became variables there, ConfigMaps files below /configmaps. */
function setReferences(draft: Draft, fields: Fields): void {
  const names = (field: string): string[] =>
    fields.objects(field).flatMap(({ name }) => (textOf(name) ? [textOf(name)] : []));
  const secrets = names('secretRefs');
  if (secrets.length > 0) draft.spec.envFrom = secrets.map((name) => ({ secretRef: { name } }));
  const maps = [...new Set(names('configMapRefs'))];
  if (maps.length > 0) {
    draft.spec.volumes = maps.map((name) => ({ name, mountPath: `/configmaps/${name}`, configMap: { name } }));
  }
}

function setPod(draft: Draft, fields: Fields): void {
  const resources = fields.object('resources');
  if (resources) draft.spec.resources = requestsAndLimits(draft, resources);
  const replicas = fields.integer('replicas');
  if (replicas !== undefined) draft.spec.replicas = replicas;
  const account = fields.text('serviceAccountName');
  if (account !== undefined) draft.spec.serviceAccountName = account;
  const pullSecrets = fields.objects('imagePullSecrets');
  if (pullSecrets.length > 0) draft.spec.imagePullSecrets = pullSecrets.map(({ name }) => ({ name: textOf(name) }));
  const container = filled({
    imagePullPolicy: fields.any('imagePullPolicy'),
    securityContext: fields.any('securityContext'),
    volumeMounts: fields.any('volumeMounts'),
  });
  const sidecars = fields.objects('sidecars');
  const containers = [...(Object.keys(container).length > 0 ? [{ name: CONTAINER, ...container }] : []), ...sidecars];
  const template = filled({
    metadata: filled({ labels: fields.any('labels'), annotations: fields.any('annotations') }),
    spec: filled({
      securityContext: fields.any('podSecurityContext'),
      nodeSelector: fields.any('nodeSelector'),
      tolerations: fields.any('tolerations'),
      affinity: fields.any('affinity'),
      volumes: fields.any('volumes'),
      containers,
    }),
  });
  if (Object.keys(template).length > 0) setPodTemplate(draft, template, CONTAINER);
}

function requestsAndLimits(draft: Draft, { requests, limits, ...rest }: Json): Json {
  if (Object.keys(rest).length > 0)
    note(draft, 'deployment.resources', 'holds more than requests and limits; only these are carried over', [
      'spec',
      'resources',
    ]);
  return filled({ requests, limits });
}

/** Without fields that say nothing. */
const filled = (object: Json): Json =>
  Object.fromEntries(
    Object.entries(object).filter(([, value]) =>
      Array.isArray(value) ? value.length > 0 : isObject(value) ? Object.keys(value).length > 0 : value !== undefined,
    ),
  );
