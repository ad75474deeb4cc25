import { isObject } from '../../../crds/path-pattern.ts';
import { printable } from '../../../crds/problem.ts';
import { describe, note, type Draft } from '../draft.ts';
import { readFields } from '../fields.ts';
import type { Format, FoundServer } from '../format.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import type { SourceValue } from '../parse-source.ts';

type Json = Readonly<Record<string, unknown>>;

/** What the two files of the original service say of one server. */
interface Parts {
  readonly file: string;
  /** The `manifest.yaml` in its folder of `extensions`. */
  extension?: Json;
  /** Its entry in a file of `services/mcp`. */
  service?: Json;
}

/** The original service: an extension says what is built, a service how it is served; those of one name are one server. */
export const originalService: Format = {
  title: 'the original service’s extensions/**/manifest.yaml and services/mcp/*.yaml',
  recognizes: (value) => isObject(value) && (isObject(value['extension']) || isObject(value['mcp_servers'])),
  servers: (values) => [...partsByName(values)].map(([name, parts]) => found(name, parts)),
};

function partsByName(values: readonly SourceValue[]): ReadonlyMap<string, Parts> {
  const all = new Map<string, Parts>();
  const partsOf = (name: string, file: string): Parts => {
    const parts = all.get(name) ?? { file };
    all.set(name, parts);
    return parts;
  };
  for (const { value, file } of values) {
    const { extension, mcp_servers: services } = value as { extension?: Json; mcp_servers?: Json };
    // Extensions of other types are no servers.
    if (isObject(extension) && (extension['type'] ?? 'mcp') === 'mcp') {
      const name = typeof extension['name'] === 'string' ? extension['name'] : '';
      partsOf(name, file).extension = extension;
    }
    for (const [name, service] of Object.entries(isObject(services) ? services : {})) {
      partsOf(name, file).service = isObject(service) ? service : {};
    }
  }
  return all;
}

const found = (name: string, { file, ...parts }: Parts): FoundServer => ({
  name,
  file,
  convert: (draft) => convert(draft, name, parts),
});

function convert(draft: Draft, name: string, { extension = {}, service = {} }: Omit<Parts, 'file'>): void {
  const built = readFields(extension, draft, 'extension.');
  const served = readFields(service, draft);
  built.ignore('type', 'name', 'build_type');

  const binary = chosen(draft, 'binary', served.text('binary'), built.text('binary'));
  if (binary === undefined) throw new NotCarriedOver('binary', 'is missing: it says which program the server is');
  draft.spec.binary = binary;
  const port = chosen(draft, 'port', served.integer('port'), built.integer('port'));
  if (port !== undefined) draft.spec.port = port;
  const descriptions = [served.text('description'), built.text('description')];
  describe(draft, 'description', descriptions.find(Boolean));
  // Off in either of the two was off.
  if (served.flag('enabled') === false || built.flag('enabled') === false) draft.spec.enabled = false;
  if (served.flag('display_in_web') === true) draft.spec.displayInWeb = true;

  setAccess(draft, served.object('oauth'));
  checkEndpoint(draft, name, served.text('endpoint'));
  const source = served.text('package');
  if (source !== undefined) {
    // `spec.package` is of npm or PyPI; this one is a part of the original's own source.
    note(
      draft,
      'package',
      `was "${printable(source)}", the part of the original’s source that ${printable(binary)} is built from. It is not carried over: build the program there, as before`,
      ['spec', 'binary'],
    );
  }
  built.finish();
  served.finish();
}

/** Of two files the one that served it counts. */
function chosen<Value>(
  draft: Draft,
  field: string,
  served: Value | undefined,
  built: Value | undefined,
): Value | undefined {
  if (served !== undefined && built !== undefined && served !== built) {
    note(draft, `extension.${field}`, 'differs from the service’s, which counts', ['spec', field]);
  }
  return served ?? built;
}

function setAccess(draft: Draft, oauth: Json | undefined): void {
  if (oauth === undefined) return;
  const fields = readFields(oauth, draft, 'oauth.');
  const scopes = [...new Set(fields.texts('scopes'))];
  const clientId = fields.text('client_id');
  const required = fields.flag('required');
  draft.spec.oauth = {
    ...(required === false && { required }),
    ...(scopes.length > 0 && { scopes }),
    ...(clientId !== undefined && { clientId }),
  };
  if (required === false)
    note(draft, 'oauth.required', 'is false: anybody may call this server without a token', [
      'spec',
      'oauth',
      'required',
    ]);
  const audience = fields.text('audience');
  if (audience !== undefined) {
    note(
      draft,
      'oauth.audience',
      `was "${printable(audience)}". Tokens of Mooring are made for one server each, with its URL as audience, so that a token for one opens no other; clients that asked for this audience have to sign in again`,
      ['spec', 'oauth'],
    );
  }
  fields.finish();
}

function checkEndpoint(draft: Draft, name: string, endpoint: string | undefined): void {
  if (endpoint === undefined) return;
  const path = `/api/v1/mcp/${name}/mcp`;
  const url = URL.parse(endpoint);
  if (url?.pathname === path && url.hostname === 'localhost' && name === draft.name) return;
  note(
    draft,
    'endpoint',
    `is not carried over: Mooring makes the URL itself, \`publicUrl\` of mooring.yaml and then /api/v1/mcp/${draft.name}/mcp; give clients that one`,
  );
}
