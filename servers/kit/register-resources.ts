import { ResourceNotFoundError, UriTemplate, type ServerContext } from '@modelcontextprotocol/server';
import { answerCaller } from './answer-caller.ts';
import { appResource } from './apps.ts';
import { artifactResources } from './artifacts/artifact-resources.ts';
import { ARTIFACT_VIEWER, artifactViewer } from './artifacts/artifact-viewer.ts';
import type { ReadContext } from './call-context.ts';
import type { ResourceTemplate, UriVariables } from './define-resource-template.ts';
import type { Resource, ResourceDescription } from './define-resource.ts';
import { listResources } from './list-resources.ts';
import { observed } from './observed.ts';
import type { Exchange, Offer } from './offer.ts';
import { resourceContents } from './resource-contents.ts';
import type { ServerDefinition } from './server-definition.ts';
import type { ServerParts } from './server-parts.ts';

/** Characters; longer ones are none of ours. */
const MAX_URI = 4096;

/** Resources and templates of a server, with its apps and artifacts; undefined where it has none. */
export function resourcesFor<Services extends object>(parts: ServerParts<Services>): Offer | undefined {
  const { definition, calls, log, metrics } = parts;
  const resources = resourcesOf(definition);
  const templates = templatesOf(definition).map((template) => ({ ...template, match: matcher(template.uriTemplate) }));
  if (resources.length === 0 && templates.length === 0) return undefined;
  const fixed = resources.map(({ uri, ...resource }) => ({ uri, ...described(resource) }));
  const listedTemplates = templates.map(({ uriTemplate, ...template }) => ({ uriTemplate, ...described(template) }));

  const register = ({ server: { server }, caller: { identity } }: Exchange): void => {
    const contextOf = ({ mcpReq: { signal } }: ServerContext): ReadContext<Services> => ({
      ...definition.services,
      identity,
      signal,
      log,
    });
    const find = (uri: string) => {
      const resource = resources.find((candidate) => candidate.uri === uri);
      if (resource) return { ...resource, read: resource.read };
      for (const { match, read, ...template } of templates) {
        const variables = uri.length <= MAX_URI ? match(uri) : undefined;
        if (variables) {
          return { ...template, read: async (context: ReadContext<Services>) => read(variables, context) };
        }
      }
      throw new ResourceNotFoundError(uri);
    };
    server.setRequestHandler('resources/list', async ({ params }, request) => {
      const context = contextOf(request);
      const asked = { kind: 'resource', name: 'resources/list', observe: () => {} } as const;
      return calls.track(
        answerCaller(asked, context, async () => listResources(fixed, templates, params?.cursor, context)),
      );
    });
    server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: listedTemplates }));
    server.setRequestHandler('resources/read', async ({ params: { uri } }, request) => {
      const { name, scopes, mimeType, read } = find(uri);
      const context = contextOf(request);
      const callee = { kind: 'resource', name } as const;
      const asked = { ...callee, scopes, observe: observed(metrics, callee) };
      return calls.track(
        answerCaller(asked, context, async () => resourceContents(await read(context), { uri, mimeType })),
      );
    });
  };
  return { capability: 'resources', register };
}

/** The viewer of artifacts comes with the first tool that names it. */
function resourcesOf<Services extends object>({
  name,
  tools,
  resources = [],
  apps = [],
}: ServerDefinition<Services>): readonly Resource<Services>[] {
  const isShown = tools.some(({ ui }) => ui?.app === ARTIFACT_VIEWER);
  const shown = isShown ? [...apps, artifactViewer] : apps;
  return [...resources, ...shown.map((app) => appResource<Services>(name, app))];
}

const templatesOf = <Services extends object>({
  name,
  templates = [],
  artifacts,
}: ServerDefinition<Services>): readonly ResourceTemplate<Services>[] =>
  artifacts ? [...templates, artifactResources(name, artifacts)] : templates;

function described({ name, title, description, mimeType, icons, annotations, meta }: ResourceDescription) {
  return {
    name,
    title,
    description,
    ...(mimeType !== undefined && { mimeType }),
    ...(icons && { icons: [...icons] }),
    ...(annotations && { annotations }),
    ...(meta && { _meta: { ...meta } }),
  };
}

/** From a URI to its variables, decoded; undefined for URIs that are not of this template. */
function matcher(template: string): (uri: string) => UriVariables | undefined {
  const parsed = new UriTemplate(template);
  return (uri) => {
    const variables = parsed.match(uri);
    if (!variables) return undefined;
    try {
      return Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name, decodeURIComponent([value].flat().join(','))]),
      );
    } catch {
      return undefined;
    }
  };
}
