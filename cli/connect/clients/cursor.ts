import { join } from 'node:path';
import type { Client } from '../client.ts';

/** cursor.com/docs/context/mcp */
export const cursor: Client = {
  name: 'cursor',
  title: 'Cursor',
  file: (scope, { home, cwd }) => join(scope === 'project' ? cwd : home, '.cursor', 'mcp.json'),
  windowsFile: String.raw`%USERPROFILE%\.cursor\mcp.json`,
  format: 'json',
  key: 'mcpServers',
  entry: ({ url }) => ({ url }),
  next: 'In Cursor, Settings → MCP shows the server and signs in.',
};
