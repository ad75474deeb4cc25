import { join } from 'node:path';
import type { Client } from '../client.ts';
import { shellWord } from '../../output/shell-word.ts';

/** geminicli.com/docs/tools/mcp-server */
export const geminiCli: Client = {
  name: 'gemini-cli',
  title: 'Gemini CLI',
  file: (scope, { home, cwd }) => join(scope === 'project' ? cwd : home, '.gemini', 'settings.json'),
  windowsFile: String.raw`%USERPROFILE%\.gemini\settings.json`,
  format: 'json',
  key: 'mcpServers',
  // `url` means HTTP+SSE there.
  entry: ({ url }) => ({ httpUrl: url }),
  command: ({ name, url }, scope) =>
    `gemini mcp add --scope ${scope ?? 'user'} --transport http ${name} ${shellWord(url)}`,
  next: 'In Gemini CLI, `/mcp auth NAME` signs in.',
};
