import type { ContentBlock } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ToolContext } from '../call-context.ts';
import { defineTool, type Tool, type ToolDefinition } from '../define-tool.ts';
import { ToolFailure } from '../tool-failure.ts';
import { Artifact, artifactOf, MAX_ARTIFACT_BYTES, type ArtifactInput, type ArtifactType } from './artifact.ts';
import { artifactText } from './artifact-text.ts';
import { ARTIFACT_VIEWER } from './artifact-viewer.ts';

const nothingElse = z.object({});

/** zod's type of an object without fields forbids all others. */
type FieldsOf<Extra extends z.ZodObject> = Extra extends typeof nothingElse ? unknown : z.input<Extra>;

interface Made {
  readonly artifact: ArtifactInput;
  /** Default: true. False where it is only to be shown: what may be a secret has no second place. */
  readonly keep?: boolean;
}

export interface ArtifactToolDefinition<Input extends z.ZodObject, Extra extends z.ZodObject, Services> extends Omit<
  ToolDefinition<Input, Extra, Services>,
  'output' | 'content' | 'ui' | 'handler'
> {
  /** The types that it may make; the fewer, the smaller is its schema. Default: all. */
  readonly types?: readonly ArtifactType[];
  /** What it answers beside the artifact. Default: nothing. */
  readonly output?: Extra;
  /** What of `output` a model has to know to go on, in words: many clients show their model the content only. Default: nothing. */
  readonly note?: (output: z.output<Extra>) => string;
  readonly handler: (input: z.output<Input>, context: ToolContext<Services>) => Promise<Made & FieldsOf<Extra>>;
}

const Link = z.object({ uri: z.string(), expiresAt: z.iso.datetime() });

/**
 * Defines a tool whose result is an artifact: kept for the caller where the server has a store, shown by the viewer, and as
 * text where the client shows no apps.
 */
export function defineArtifactTool<
  Input extends z.ZodObject,
  Extra extends z.ZodObject = typeof nothingElse,
  Services = object,
>({ types, output, note, handler, ...definition }: ArtifactToolDefinition<Input, Extra, Services>): Tool<Services> {
  const schema = z.object({
    artifact: types ? artifactOf(types) : Artifact,
    resource: Link.optional().describe('Where it can be read again; absent where it was not kept.'),
    ...output?.shape,
  });
  return defineTool<Input, typeof schema, Services>({
    ...definition,
    output: schema,
    ui: { app: ARTIFACT_VIEWER },
    content: (result) => contentOf(result.artifact, result.resource, note?.(result as unknown as z.output<Extra>)),
    handler: async (input, context) => {
      const { artifact: made, keep = true, ...extra } = await handler(input, context);
      const artifact = schema.shape.artifact.parse(made);
      refuseLarge(artifact);
      const resource = keep ? await context.artifacts.keep(artifact) : undefined;
      return { ...extra, artifact, ...(resource && { resource: { ...resource } }) };
    },
  });
}

function refuseLarge(artifact: Artifact): void {
  const bytes = Buffer.byteLength(JSON.stringify(artifact));
  if (bytes <= MAX_ARTIFACT_BYTES) return;
  throw new ToolFailure(
    `The result has ${Math.ceil(bytes / 1024)} KiB, more than the ${MAX_ARTIFACT_BYTES / 1024} KiB of an artifact. Ask for less at a time.`,
  );
}

function contentOf(
  artifact: Artifact,
  resource: z.output<typeof Link> | undefined,
  note: string | undefined,
): ContentBlock[] {
  const { type, title } = artifact;
  return [
    { type: 'text', text: artifactText(artifact) },
    ...(artifact.type === 'image'
      ? [{ type: 'image' as const, data: artifact.data, mimeType: artifact.mimeType }]
      : []),
    ...(note === undefined ? [] : [{ type: 'text' as const, text: note }]),
    ...(resource
      ? [{ type: 'resource_link' as const, uri: resource.uri, name: type, title, mimeType: 'application/json' }]
      : []),
  ];
}
