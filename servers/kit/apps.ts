import type { App } from './define-app.ts';
import type { Resource } from './define-resource.ts';
import type { ToolUi } from './define-tool.ts';

/** MCP Apps 2026-01-26, "UI Resource Format". */
const APP_TYPE = 'text/html;profile=mcp-app';

const appUri = (server: string, app: string): string => `ui://${server}/${app}`;

/** What a tool says of the app that shows its results, for `_meta`; the flat key is for clients of before 2026-01-26. */
export const toolUiMeta = (server: string, { app, visibility }: ToolUi): Record<string, unknown> => ({
  ui: { resourceUri: appUri(server, app), ...(visibility && { visibility: [...visibility] }) },
  'ui/resourceUri': appUri(server, app),
});

/**
 * The resource of an app. No domain stands in its policy, so the client lets it reach none (MCP Apps, "Content Security
 * Policy"); clients read that with the content, and from the list before.
 */
export function appResource<Services>(
  server: string,
  { name, title, description, html, prefersBorder = false }: App,
): Resource<Services> {
  const csp = { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] };
  const meta = { ui: { csp, prefersBorder } };
  const read = async () => ({ text: await html(), meta });
  return { uri: appUri(server, name), name, title, description, mimeType: APP_TYPE, meta, read };
}
