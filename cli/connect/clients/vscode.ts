import { join } from 'node:path';
import type { Client } from '../client.ts';
import { configFolder } from '../config-folder.ts';
import { shellWord } from '../../output/shell-word.ts';

/** code.visualstudio.com/docs/copilot/reference/mcp-configuration */
export const vscode: Client = {
  name: 'vscode',
  title: 'VS Code',
  file: (scope, machine) =>
    scope === 'project'
      ? join(machine.cwd, '.vscode', 'mcp.json')
      : join(configFolder(machine), 'Code', 'User', 'mcp.json'),
  windowsFile: String.raw`%APPDATA%\Code\User\mcp.json`,
  format: 'json',
  key: 'servers',
  entry: ({ url }) => ({ type: 'http', url }),
  // It writes into the profile of the person only.
  command: ({ name, url }, scope) =>
    scope === 'project' ? undefined : `code --add-mcp ${shellWord(JSON.stringify({ name, type: 'http', url }))}`,
  next: 'Start the server from the list of MCP servers; VS Code asks to sign in.',
};
