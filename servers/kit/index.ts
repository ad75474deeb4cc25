/** What an MCP server behind Mooring is built from (`mooring/kit`). */
export { createServer, type RunningServer } from './create-server.ts';
export type { ServerDefinition } from './server-definition.ts';

export { defineTool, type Tool, type ToolDefinition, type ToolHints, type ToolUi } from './define-tool.ts';
export {
  defineResource,
  type Resource,
  type ResourceContent,
  type ResourceContents,
  type ResourceDescription,
} from './define-resource.ts';
export {
  defineResourceTemplate,
  type ListedResource,
  type ResourcePage,
  type ResourceTemplate,
  type UriVariables,
} from './define-resource-template.ts';
export { definePrompt, type Prompt, type PromptDefinition, type PromptMessage } from './define-prompt.ts';
export { defineApp, type App } from './define-app.ts';
export { definePage, pageUrl, type Page, type PageForm } from './define-page.ts';
export type { CallContext, ReadContext, ToolCallContext, ToolContext } from './call-context.ts';
export type { Progress } from './progress.ts';
export type {
  AskClient,
  FormAnswer,
  FormQuestion,
  SamplingAnswer,
  SamplingQuestion,
  UrlAnswer,
  UrlQuestion,
} from './client/ask-client.ts';
export { ToolFailure } from './tool-failure.ts';
export { callSlots, type CallSlots, type SlotLimits } from './call-slots.ts';

export { defineArtifactTool, type ArtifactToolDefinition } from './artifacts/define-artifact-tool.ts';
export { type Artifact, type ArtifactInput, type ArtifactType } from './artifacts/artifact.ts';
export {
  artifactStore,
  type ArtifactLimits,
  type ArtifactStore,
  type ArtifactSummary,
  type KeptArtifact,
} from './artifacts/artifact-store.ts';
export type { ArtifactLink, OwnArtifacts } from './artifacts/artifact-link.ts';

export { serverDatabase, type ServerDatabase, type ServerDatabaseOptions } from './server-database.ts';
export type { Migrations } from '../../core/migrate.ts';

export { followIdentityKeys, type IdentityKeys } from './identity-keys.ts';
export { requireIdentity, type Identify } from './require-identity.ts';
export type { Identity, VerifiedIdentity } from '../../core/identity-token.ts';
export { createLog, type Log } from '../../core/log.ts';
/** Schemas and queries as this kit takes them, so that a server needs no packages of its own for them. */
export { z } from 'zod';
export { sql } from 'kysely';
