import { isObject } from '../../../crds/path-pattern.ts';
import { printable } from '../../../crds/problem.ts';
import { describe, note, type Draft } from '../draft.ts';
import { readFields, textOf } from '../fields.ts';
import { eachValue, type Format, type FoundServer } from '../format.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { choicesOf, setChoice } from './registry-choices.ts';

type Json = Readonly<Record<string, unknown>>;

/** `server.json` of the official MCP registry, alone or in an answer of its API. Versions before 2025-09-16 wrote fields in snake_case. */
export const registryServer: Format = {
  title: 'server.json of the official MCP registry',
  recognizes: (value) => detailsOf(value).length > 0,
  servers: eachValue((value, file) => detailsOf(value).map((details) => found(details, file))),
};

function detailsOf(value: unknown): Json[] {
  if (!isObject(value)) return [];
  const { server, servers } = value as { server?: unknown; servers?: unknown };
  if (Array.isArray(servers)) return servers.flatMap(detailsOf);
  if (isObject(server)) return detailsOf(server);
  const { name, packages, remotes } = value as { name?: unknown; packages?: unknown; remotes?: unknown };
  return typeof name === 'string' && (Array.isArray(packages) || Array.isArray(remotes)) ? [value] : [];
}

function found(details: Json, file: string): FoundServer {
  const camel = camelCased(details) as Json;
  // `io.github.owner/notes` is `notes` here.
  const name = textOf(camel['name']).split('/').at(-1) ?? '';
  return { name, file, convert: (draft) => convert(draft, camel) };
}

function convert(draft: Draft, details: Json): void {
  const fields = readFields(details, draft);
  describe(draft, 'title', fields.text('title'));
  describe(draft, 'description', fields.text('description'));
  const [icon] = fields.objects('icons');
  if (typeof icon?.['src'] === 'string') draft.spec.icon = icon['src'];
  const repository = fields.object('repository');
  const website = fields.text('websiteUrl') ?? textIn(repository, 'url');
  if (website) draft.spec.websiteUrl = website;

  setBest(draft, choicesOf(fields.objects('remotes'), fields.objects('packages')));
  fields.ignore('$schema', 'name', 'version', 'versionDetail', 'status', '_meta');
  fields.finish();
}

/** The first choice that can be carried over; the others are named. */
function setBest(draft: Draft, choices: ReturnType<typeof choicesOf>): void {
  if (choices.length === 0)
    throw new NotCarriedOver('packages', 'names nothing that Mooring knows: remotes, oci, npm or pypi');
  let refusal: NotCarriedOver | undefined;
  for (const choice of choices) {
    try {
      setChoice(draft, choice);
      const others = choices.filter((other) => other !== choice).map(({ title }) => printable(title));
      if (others.length > 0) note(draft, 'packages', `Other choices were: ${others.join(', ')}`);
      return;
    } catch (error) {
      if (!(error instanceof NotCarriedOver)) throw error;
      refusal ??= new NotCarriedOver(printable(choice.title), `could not be taken: ${error.field} ${error.message}`);
      note(draft, choice.title, `could not be taken: ${error.field} ${error.message}`);
      // What it had set already is no part of the next one.
      draft.env.clear();
      for (const field of ['remote', 'image', 'package', 'args', 'transport', 'port', 'path', 'binary'] as const)
        delete draft.spec[field];
    }
  }
  throw refusal ?? new NotCarriedOver('packages', 'cannot be taken');
}

const textIn = (object: Json | undefined, name: string): string | undefined => {
  const text = object?.[name];
  return typeof text === 'string' ? text : undefined;
};

/** `registry_type` → `registryType`, at every level; what stands in values stays. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name.replaceAll(/(?<=[a-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      // Names of variables are names of the author.
      name === 'variables' ? child : camelCased(child),
    ]),
  );
}
