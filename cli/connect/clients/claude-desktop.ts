import { join } from 'node:path';
import type { Client, Endpoint } from '../client.ts';
import { configFolder } from '../config-folder.ts';
import { isLoopback, isPublic } from '../reach.ts';

/** support.claude.com, "Custom connectors using remote MCP"; modelcontextprotocol.io, "Connect to local MCP servers" */
export const claudeDesktop: Client = {
  name: 'claude-desktop',
  title: 'Claude Desktop',
  file: (scope, machine) =>
    scope === 'user' ? join(configFolder(machine), 'Claude', 'claude_desktop_config.json') : undefined,
  windowsFile: String.raw`%APPDATA%\Claude\claude_desktop_config.json`,
  format: 'json',
  key: 'mcpServers',
  // The file knows only programs: this one is a bridge, and signs in by the browser.
  entry: ({ url }) => ({ command: 'npx', args: ['-y', 'mcp-remote', url, ...allowHttp(url)] }),
  next: 'Restart Claude Desktop; the bridge `mcp-remote` needs Node and opens the browser to sign in.',
  instead: ({ url }: Endpoint) => (isPublic(url) ? `Settings → Connectors → Add custom connector → ${url}` : undefined),
};

/** Beyond this machine the bridge takes plain HTTP only when told. */
const allowHttp = (url: string): string[] => (url.startsWith('http:') && !isLoopback(url) ? ['--allow-http'] : []);
