import { printable } from '../../../crds/problem.ts';
import { note, type Draft } from '../draft.ts';
import { isSseUrl, setRemote } from '../remote.ts';
import type { NamedPackage } from './package-runner.ts';

/** The package that lets clients without HTTP reach a server over HTTP; Mooring needs no bridge. */
const BRIDGE = 'mcp-remote';

/** They say how the bridge signs in and what it logs. */
const MEANINGLESS: ReadonlySet<string> = new Set(['--allow-http', '--debug', '--silent', '--enable-proxy']);

/** Where the package is the bridge, makes the draft the remote server behind it. */
export function setRemoteBridge(draft: Draft, { registry, name, args }: NamedPackage): boolean {
  if (registry !== 'npm' || name !== BRIDGE) return false;
  const headers: Record<string, string> = {};
  let url: string | undefined;
  let transport: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--header') {
      const [key, value] = splitHeader(args[++index] ?? '');
      headers[key] = value;
    } else if (arg === '--transport') transport = args[++index];
    else if (!arg.startsWith('-')) url ??= arg;
    else if (!MEANINGLESS.has(arg)) {
      note(draft, printable(arg.split('=', 1)[0] ?? ''), `is a flag of \`${BRIDGE}\` and was left out`);
      if (!arg.includes('=') && !args[index + 1]?.startsWith('-')) index++;
    }
  }
  setRemote(draft, { url: url ?? '', headers, isSse: transport?.startsWith('sse') ?? isSseUrl(url ?? '') });
  return true;
}

function splitHeader(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon === -1 ? [text, ''] : [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}
