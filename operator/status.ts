import type { McpServerStatus } from '../crds/mcpserver-status.ts';
import { toConditions } from './conditions.ts';
import type { Discovery } from './discovery.ts';
import { findings, type Sight } from './findings.ts';
import type { Instance } from './platform.ts';

/** The whole status of a server; `url` is its public endpoint. What it says of itself is what the copy that serves says. */
export function buildStatus(
  sight: Sight,
  { url, now }: { readonly url: string; readonly now: string },
): McpServerStatus {
  const { server, acceptance, observation, servingAnswer } = sight;
  const { generation } = server.metadata;
  const previous = server.status;
  const conditions = toConditions(findings(sight), { previous: previous?.conditions ?? [], generation, now });
  if (!acceptance.accepted) return { observedGeneration: generation, conditions, replicas: 0 };
  return {
    observedGeneration: generation,
    conditions,
    url,
    ...(observation.serving && { backend: backendOf(observation.serving, observation.backendUrl) }),
    replicas: observation.replicas,
    ...(observation.selector !== undefined && { selector: observation.selector }),
    ...(servingAnswer?.kind === 'answered' ? toFacts(servingAnswer.discovery) : previousFacts(previous)),
  };
}

const backendOf = ({ url, reach }: Instance, backendUrl = url): NonNullable<McpServerStatus['backend']> => ({
  url: backendUrl,
  ...(reach && { remote: true }),
});

type Facts = Pick<McpServerStatus, 'server' | 'tools' | 'toolCount' | 'resourceCount' | 'promptCount'>;

const toFacts = ({ server, tools, toolCount, resourceCount, promptCount }: Discovery): Facts => ({
  server,
  ...(tools && { tools: [...tools] }),
  ...(toolCount !== undefined && { toolCount }),
  ...(resourceCount !== undefined && { resourceCount }),
  ...(promptCount !== undefined && { promptCount }),
});

/** A server that is down for a moment is still the one that it was. */
const previousFacts = (
  { server, tools, toolCount, resourceCount, promptCount }: McpServerStatus = { conditions: [] },
): Facts => ({
  ...(server && { server }),
  ...(tools && { tools }),
  ...(toolCount !== undefined && { toolCount }),
  ...(resourceCount !== undefined && { resourceCount }),
  ...(promptCount !== undefined && { promptCount }),
});
