import { join } from 'node:path';
import type { Client } from '../client.ts';
import { shellWord } from '../../output/shell-word.ts';

/** code.claude.com/docs/en/mcp */
export const claudeCode: Client = {
  name: 'claude-code',
  title: 'Claude Code',
  file: (scope, { home, cwd }) => (scope === 'project' ? join(cwd, '.mcp.json') : join(home, '.claude.json')),
  windowsFile: String.raw`%USERPROFILE%\.claude.json`,
  format: 'json',
  key: 'mcpServers',
  entry: ({ url }) => ({ type: 'http', url }),
  command: ({ name, url }, scope) =>
    ['claude mcp add --transport http', ...(scope ? ['--scope', scope] : []), name, shellWord(url)].join(' '),
  next: 'In Claude Code, /mcp signs in.',
};
