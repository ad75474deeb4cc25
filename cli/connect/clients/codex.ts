import { join } from 'node:path';
import type { Client } from '../client.ts';
import { shellWord } from '../../output/shell-word.ts';

/** developers.openai.com/codex/mcp */
export const codex: Client = {
  name: 'codex',
  title: 'Codex',
  file: (scope, { home, cwd, env }) =>
    scope === 'project'
      ? join(cwd, '.codex', 'config.toml')
      : join(env['CODEX_HOME'] || join(home, '.codex'), 'config.toml'),
  windowsFile: String.raw`%USERPROFILE%\.codex\config.toml`,
  format: 'toml',
  key: 'mcp_servers',
  entry: ({ url }) => ({ url }),
  // It writes into the file of the person only.
  command: ({ name, url }, scope) =>
    scope === 'project' ? undefined : `codex mcp add ${name} --url ${shellWord(url)}`,
  next: '`codex mcp login NAME` signs in.',
};
