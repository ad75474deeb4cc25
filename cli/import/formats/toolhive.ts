import { isObject } from '../../../crds/path-pattern.ts';
import { note, type Draft } from '../draft.ts';
import { setArgs, setKubernetesEnv } from '../environment.ts';
import { readFields, textOf, type Fields } from '../fields.ts';
import { eachValue, type Format } from '../format.ts';
import { isKind, kubernetesIdentity } from '../kubernetes-object.ts';
import { setPodTemplate } from '../pod-template.ts';
import { setRemote } from '../remote.ts';

type Json = Readonly<Record<string, unknown>>;

const GROUP = 'toolhive.stacklok.dev';

/** ToolHive's MCPServer and MCPRemoteProxy, `v1alpha1` and `v1beta1`. */
export const toolhive: Format = {
  title: `ToolHive’s MCPServer and MCPRemoteProxy (${GROUP})`,
  recognizes: (value) => isKind(value, GROUP, 'MCPServer') || isKind(value, GROUP, 'MCPRemoteProxy'),
  servers: eachValue((value, file) => [
    {
      ...kubernetesIdentity(value),
      file,
      convert: (draft) => {
        const fields = readFields(value['spec'], draft);
        if (value['kind'] === 'MCPServer') setServer(draft, fields);
        else setProxy(draft, fields);
        fields.refuse(SHARED);
        fields.finish();
      },
    },
  ]),
};

const SIGN_IN = 'is not carried over: Mooring signs people in itself, and `spec.oauth` says who may call';
const TOOLS = 'is not carried over: every tool is visible; who may call one is said by `spec.oauth.tools`';
const PROXY = 'is about ToolHive’s proxy, which Mooring has none of, and was left out';

/** Fields of both kinds. */
const SHARED: Readonly<Record<string, string>> = {
  oidcConfig: SIGN_IN,
  oidcConfigRef: SIGN_IN,
  authServerRef: SIGN_IN,
  authzConfig:
    'is not carried over, and neither are its rules: write into `spec.oauth.scopes` and `spec.oauth.tools` who may call',
  externalAuthConfigRef:
    'is not carried over: the server gets no token of another service; put what it needs into a Secret',
  tools: TOOLS,
  toolConfigRef: TOOLS,
  rateLimiting: 'is not carried over: `spec.rateLimit` says how often one caller may call',
  groupRef: 'is not carried over: `spec.tags` groups servers',
  audit: 'is not carried over: the gateway has one log for all servers',
  telemetry: 'is not carried over: the gateway has metrics for all servers',
  telemetryConfigRef: 'is not carried over: the gateway has metrics for all servers',
  webhookConfigRef: 'has no counterpart and was left out',
  caBundleRef: 'is not carried over: `spec.remote.caBundleFrom` names a ConfigMap with certificates',
  resourceOverrides: PROXY,
  endpointPrefix: PROXY,
  trustProxyHeaders: PROXY,
  sessionStorage: PROXY,
};

function setServer(draft: Draft, fields: Fields): void {
  draft.spec.image = fields.text('image') ?? '';
  setTransport(draft, fields.text('transport') ?? 'stdio');
  const port = fields.integer('mcpPort') ?? fields.integer('targetPort');
  if (port !== undefined) draft.spec.port = port;
  setEnv(draft, fields);
  setArgs(draft, fields.texts('args'), 'kubernetes');
  const resources = fields.object('resources');
  if (resources) draft.spec.resources = resources;
  const account = fields.text('serviceAccount');
  if (account !== undefined) draft.spec.serviceAccountName = account;
  const replicas = fields.integer('backendReplicas');
  if (replicas !== undefined) draft.spec.replicas = replicas;
  const template = fields.object('podTemplateSpec');
  if (template) setPodTemplate(draft, template, 'mcp');
  setPermissions(draft, fields.object('permissionProfile'));
  // Of the proxy in front of it.
  fields.ignore('port', 'proxyPort', 'proxyMode', 'replicas', 'sessionAffinity');
  fields.refuse({
    volumes: 'are folders of a node: put the files into a volume of the cluster and name it in `spec.volumes`',
  });
}

function setTransport(draft: Draft, transport: string): void {
  if (transport === 'streamable-http') return;
  draft.spec.transport = transport as 'stdio' | 'sse';
  if (transport === 'sse') draft.spec.path = '/sse';
}

function setEnv(draft: Draft, fields: Fields): void {
  for (const { name, value } of fields.objects('env')) {
    setKubernetesEnv(draft, textOf(name), textOf(value));
  }
  for (const { name, key, targetEnvName } of fields.objects('secrets')) {
    const variable = textOf(targetEnvName ?? key);
    draft.env.set(variable, {
      name: variable,
      valueFrom: { secretKeyRef: { name: textOf(name), key: textOf(key) } },
    });
  }
}

function setPermissions(draft: Draft, profile: Json | undefined): void {
  if (profile === undefined) return;
  const { type = 'builtin', name } = profile;
  if (type === 'builtin' && name === 'none') {
    draft.spec.network = { egress: [] };
  } else if (type !== 'builtin' || name !== 'network') {
    note(draft, 'permissionProfile', 'is not carried over: `spec.network.egress` says where the server may connect to');
  }
}

function setProxy(draft: Draft, fields: Fields): void {
  const url = fields.text('remoteUrl') ?? fields.text('remoteURL') ?? '';
  const forwarded = fields.object('headerForward') ?? {};
  const { addPlaintextHeaders: plain, addHeadersFromSecret: fromSecret } = forwarded;
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(isObject(plain) ? plain : {})) headers[name] = textOf(value);
  for (const header of Array.isArray(fromSecret) ? fromSecret.filter(isObject) : []) {
    headers[textOf(header['headerName'])] = undefined;
    note(
      draft,
      'headerForward.addHeadersFromSecret',
      'named a key of a Secret for each header; here one Secret has all headers as its keys',
      ['spec', 'remote'],
    );
  }
  setRemote(draft, { url, headers, isSse: fields.text('transport') === 'sse' });
  fields.ignore('port', 'proxyPort', 'sessionAffinity', 'resources', 'serviceAccount');
}
