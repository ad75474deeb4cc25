import { createHash } from 'node:crypto';
import { CLIENT_CAPABILITIES_META_KEY, type ServerContext } from '@modelcontextprotocol/server';
import { toolUiMeta } from './apps.ts';
import { ownArtifacts } from './artifacts/own-artifacts.ts';
import { callTool } from './call-tool.ts';
import { abilitiesOf, abilitiesOfSession } from './client/client-abilities.ts';
import { silentSide, type ClientSide } from './client/client-side.ts';
import { liveSide } from './client/live-side.ts';
import { replayedSide } from './client/replayed-side.ts';
import type { Tool } from './define-tool.ts';
import { observed } from './observed.ts';
import type { Exchange, Offer } from './offer.ts';
import { throttledProgress } from './progress.ts';
import { sdkSchema } from './sdk-schema.ts';
import type { ServerParts } from './server-parts.ts';

/** The tools of a server. */
export function toolsFor<Services extends object>(parts: ServerParts<Services>): Offer {
  const { definition, calls } = parts;
  const registered = definition.tools.map((tool) => ({ tool, config: toolConfig(definition.name, tool) }));
  return {
    capability: 'tools',
    register: (exchange) => {
      for (const { tool, config } of registered) {
        exchange.server.registerTool(tool.name, config, async (input, request) =>
          calls.track(answer(tool, input, request, exchange, parts)),
        );
      }
    },
  };
}

async function answer<Services extends object>(
  tool: Tool<Services>,
  input: unknown,
  { mcpReq }: ServerContext,
  exchange: Exchange,
  parts: ServerParts<Services>,
) {
  const { definition, log, running, metrics } = parts;
  const { identity, identityToken, key } = exchange.caller;
  return running.run(key, mcpReq.id, async (cancelled) => {
    const observe = observed(metrics, { kind: 'tool', name: tool.name });
    const signal = AbortSignal.any([mcpReq.signal, cancelled]);
    const context = {
      ...definition.services,
      identity,
      signal,
      log,
      progress: progressOf(mcpReq),
      ...(tool.actsForCaller === true && { identityToken }),
      artifacts: ownArtifacts(definition.artifacts, definition.name, identity, log),
    };
    const reach = () => clientSide(tool, input, mcpReq, { ...exchange, signal }, parts);
    const { outcome, result } = await callTool(tool, input, context, reach);
    observe(outcome);
    return result;
  });
}

/** How the tool reaches the client of this call, by era. */
function clientSide<Services extends object>(
  tool: Tool<Services>,
  input: unknown,
  mcpReq: ServerContext['mcpReq'],
  { server, caller, era, signal }: Exchange & { readonly signal: AbortSignal },
  { seal, questions }: ServerParts<Services>,
): ClientSide {
  if (tool.asksClient !== true) return silentSide();
  if (era === 'legacy') {
    const abilities = abilitiesOfSession(caller.session);
    return liveSide({ server, id: mcpReq.id, caller: caller.key, abilities, signal }, questions);
  }
  const called = createHash('sha256').update(JSON.stringify(input)).digest('hex');
  return replayedSide(
    {
      abilities: abilitiesOf((mcpReq.envelope as Record<string, unknown> | undefined)?.[CLIENT_CAPABILITIES_META_KEY]),
      context: JSON.stringify([caller.key, tool.name, called]),
      state: mcpReq.requestState<string>(),
      responses: mcpReq.inputResponses ?? {},
    },
    seal,
  );
}

/** Where the client gave no token it does not want to hear (MCP, "Progress"). */
function progressOf({ _meta, notify, signal }: ServerContext['mcpReq']) {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return () => {};
  return throttledProgress((progress) => {
    if (signal.aborted) return;
    // A client that is gone needs no progress.
    notify({ method: 'notifications/progress', params: { progressToken, ...progress } }).catch(() => {});
  });
}

function toolConfig<Services>(
  server: string,
  { title, description, annotations, icons, ui, input, output }: Tool<Services>,
) {
  return {
    title,
    description,
    annotations,
    ...(icons && { icons: [...icons] }),
    ...(ui && { _meta: toolUiMeta(server, ui) }),
    inputSchema: sdkSchema(input),
    // callTool has checked it: a mismatch is a bug, and the SDK would tell it to the caller.
    outputSchema: sdkSchema(output, (value) => ({ value })),
  };
}
