import { nearestName } from '../../crds/nearest-name.ts';
import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import type { Client } from './client.ts';
import { claudeCode } from './clients/claude-code.ts';
import { claudeDesktop } from './clients/claude-desktop.ts';
import { codex } from './clients/codex.ts';
import { cursor } from './clients/cursor.ts';
import { geminiCli } from './clients/gemini-cli.ts';
import { vscode } from './clients/vscode.ts';
import { windsurf } from './clients/windsurf.ts';

export const CLIENTS: readonly Client[] = [claudeDesktop, claudeCode, vscode, cursor, codex, geminiCli, windsurf];

/** The client of this name. Throws `usage`, with the names that there are. */
export function findClient(wanted: string): Client {
  const found = CLIENTS.find(({ name }) => name === wanted);
  if (found) return found;
  const names = CLIENTS.map(({ name }) => name);
  const nearest = nearestName(wanted, names);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  throw new Failure('usage', `"${printable(wanted)}" is no client that Mooring knows: ${names.join(', ')}.${hint}`);
}
