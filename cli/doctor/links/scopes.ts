import { printable } from '../../../crds/problem.ts';
import { commandFor } from '../../places/command-for.ts';
import { challengeOf } from '../facts/challenge-of.ts';
import { neededScopes } from '../../mcp/needed-scopes.ts';
import { missingScopes } from '../facts/missing-scopes.ts';
import { tokenClaims } from '../facts/token-claims.ts';
import type { Check } from '../check.ts';
import { broken, type Break } from '../link.ts';
import type { Subject } from '../subject.ts';

/** The token grants what the server needs, and the tool that is asked for. */
export const scopes: Check = async (subject, signal) => {
  const { server, servers, wanted } = subject;
  const chosen = await subject.token();
  if (chosen.kind !== 'token') return undefined;
  const granted = tokenClaims(chosen.token)?.scopes;
  const answered = await subject.greeting(signal);
  const challenge = answered.kind === 'answer' ? challengeOf(answered.headers.get('www-authenticate')) : undefined;
  const needed = neededScopes(server, wanted.tool);
  if (challenge?.error === 'insufficient_scope') return missingBreak(subject, { needed: challenge.scopes, granted });
  // The gateway was not asked about the tool: to ask is to call it.
  const missing = granted ? missingScopes(needed, granted, servers) : [];
  if (missing.length > 0) return missingBreak(subject, { needed, granted, missing });
  if (needed.length === 0) return { detail: 'none are needed' };
  return { detail: `needs ${needed.join(' ')}; the token grants ${granted?.map(printable).join(' ') || 'enough'}` };
};

interface Lack {
  readonly needed: readonly string[];
  readonly granted: readonly string[] | undefined;
  readonly missing?: readonly string[];
}

function missingBreak(subject: Subject, { needed, granted, missing }: Lack): Break {
  const { tool } = subject.wanted;
  const what = tool === undefined ? 'The server' : `The tool ${printable(tool)}`;
  const names = needed.map(printable).join(' ');
  const lacks = missing ? `; it lacks ${missing.join(' ')}` : '';
  return broken(
    'MissingScope',
    `${what} needs the scopes ${names}, and the token grants ${granted?.map(printable).join(' ') || 'none'}${lacks}.`,
    subject.place.kind === 'laptop'
      ? `Get a token with all of them: \`${commandFor(subject, 'token --server')} --scope "${names}"\`; MCP clients get one by signing in again.`
      : 'Sign in again and allow all of them; where they are not offered, ask who administers Mooring.',
  );
}
