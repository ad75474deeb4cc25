import fc from 'fast-check';

/** Marks a secret, so that it is found wherever it went. Long and mixed, as secrets are. */
export const SECRET = 'FAKE9x8y7z6w5v4u3t2s1r';

const WORDS =
  `npx -y uvx docker run -e -i --rm mcp-remote pkg@1.2.3 pkg==1.0 --header -- = - --api-key ${SECRET} A=b TOKEN=${SECRET} --key=${SECRET} ` +
  'Authorization:x ${VAR} ${input:x} $(X) $$ {a} https://mcp.example/mcp http://localhost:1/sse ghcr.io/x/y:1 stdio sse streamable-http http ' +
  'oci npm pypi named positional builtin none mcp cli __proto__ constructor #x';

const FIELDS =
  'mcpServers servers mcp mcp_servers extension command args env url headers type name binary port oauth scopes required audience packages remotes ' +
  'registryType identifier version transport packageArguments environmentVariables isSecret isRequired value variables default spec deployment image ' +
  'cmd secrets key podTemplateSpec containers resources limits volumes namespace labels metadata __proto__ toString length';

/** Words that mean something to a format, and words that do not. */
const word = fc.oneof(
  fc.constantFrom(...WORDS.split(' '), '', ' ', '\n', '\u001B[0m', `Bearer ${SECRET}`),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const field = fc.constantFrom(...FIELDS.split(' '));
const words = fc.array(word, { maxLength: 8 });

const leaf = fc.oneof(word, fc.boolean(), fc.integer(), fc.double(), fc.constant(null));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie('json'), { maxLength: 5 }),
    fc.array(fc.tuple(fc.oneof(field, word), tie('json')), { maxLength: 6 }).map(Object.fromEntries),
  ),
}));
const object = fc.array(fc.tuple(field, json), { maxLength: 8 }).map((entries): object => Object.fromEntries(entries));
const map = fc.dictionary(word, leaf, { maxKeys: 4 });

/** An object with these fields, any of them missing, among others. */
const fields = (known: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .tuple(fc.option(object, { nil: {}, freq: 3 }), fc.record(known, { requiredKeys: [] }))
    .map(([a, b]) => ({ ...a, ...b }));

const program = fc.oneof(fc.constantFrom('notes', './notes', 'npx', 'docker', 'uvx'), word);
const image = fc.oneof(fc.constantFrom('ghcr.io/x/y:1', 'notes'), word);
const url = fc.oneof(fc.constant('https://mcp.example/mcp'), fc.webUrl(), word);

const client = fields({ command: program, args: words, env: map });
const remote = fields({ type: word, url, headers: map });
const input = fields({
  name: word,
  type: word,
  value: leaf,
  default: leaf,
  isSecret: fc.boolean(),
  isRequired: fc.boolean(),
});
const inputs = fc.array(input, { maxLength: 4 });
const pack = fields({
  registryType: fc.constantFrom('npm', 'pypi', 'oci', 'mcpb'),
  identifier: image,
  version: fc.constantFrom('1.2.3', '^1'),
  packageArguments: inputs,
  runtimeArguments: inputs,
  environmentVariables: inputs,
});
const service = fields({
  binary: program,
  port: leaf,
  enabled: leaf,
  oauth: fields({ scopes: words, required: leaf }),
});

const ofKubernetes = (apiVersion: string, kind: string, spec: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({
    apiVersion: fc.constant(apiVersion),
    kind: fc.constant(kind),
    metadata: fields({ name: word, namespace: word, labels: map }),
    spec: fields(spec),
  });
const names = fc.array(fields({ name: word, key: word, value: leaf }), { maxLength: 3 });

/** What a file may hold: mostly one of the formats, filled with sense and nonsense. */
export const arbitrarySource: fc.Arbitrary<unknown> = fc.oneof(
  json,
  fc.record({ mcpServers: fc.dictionary(word, fc.oneof(client, remote, json), { maxKeys: 4 }) }),
  fc.record({ servers: fc.dictionary(word, fc.oneof(client, remote), { maxKeys: 4 }) }),
  fields({ packages: fc.array(pack, { maxLength: 3 }), remotes: fc.array(remote, { maxLength: 2 }) }).map((rest) => ({
    name: 'a/b',
    ...rest,
  })),
  fc.record({
    mcp_servers: fc.dictionary(word, service, { maxKeys: 4 }),
    extension: fields({ name: word, binary: program }),
  }),
  ofKubernetes('toolhive.stacklok.dev/v1alpha1', 'MCPServer', {
    image,
    args: words,
    env: names,
    secrets: names,
    podTemplateSpec: object,
    resources: object,
  }),
  ofKubernetes('toolhive.stacklok.dev/v1beta1', 'MCPRemoteProxy', { remoteUrl: url, headerForward: object }),
  ofKubernetes('kagent.dev/v1alpha1', 'MCPServer', {
    transportType: word,
    deployment: fields({
      image,
      cmd: program,
      args: words,
      env: map,
      secretRefs: names,
      configMapRefs: names,
      labels: map,
      resources: object,
      sidecars: names,
    }),
  }),
);
