import { join } from 'node:path';
import type { Client } from '../client.ts';

/** docs.windsurf.com/windsurf/cascade/mcp */
export const windsurf: Client = {
  name: 'windsurf',
  title: 'Windsurf',
  file: (scope, { home }) => (scope === 'user' ? join(home, '.codeium', 'windsurf', 'mcp_config.json') : undefined),
  windowsFile: String.raw`%USERPROFILE%\.codeium\windsurf\mcp_config.json`,
  format: 'json',
  key: 'mcpServers',
  entry: ({ url }) => ({ serverUrl: url }),
  next: 'Refresh the list of MCP servers in Cascade; Windsurf opens the browser to sign in.',
};
