import type { Check } from '../check.ts';
import { toldBreak } from '../trouble.ts';

/** It has answered MCP to the operator. */
export const speaksMcp: Check = (subject) => {
  const told = toldBreak(subject, 'mcp');
  if (told) return told;
  const { name, version, protocolVersions } = subject.server.status?.server ?? {};
  if (!protocolVersions) return undefined;
  return {
    detail: `${[name, version].filter(Boolean).join(' ') || 'a server without a name'}, ${protocolVersions.join(', ')}`,
  };
};
