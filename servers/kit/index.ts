/** What an MCP server behind Mooring is built from (`mooring/kit`). */
export { createServer, type RunningServer } from './create-server.ts';
export {
  defineTool,
  type CallContext,
  type Tool,
  type ToolContext,
  type ToolDefinition,
  type ToolHints,
} from './define-tool.ts';
export { followIdentityKeys, type IdentityKeys } from './identity-keys.ts';
export { requireIdentity, type Identify } from './require-identity.ts';
export type { ServerDefinition } from './server-definition.ts';
export { ToolFailure } from './tool-failure.ts';
export type { Identity, VerifiedIdentity } from '../../core/identity-token.ts';
export type { Log } from '../../core/log.ts';
