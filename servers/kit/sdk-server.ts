import { McpServer } from '@modelcontextprotocol/server';
import type { Exchange } from './offer.ts';
import { promptsFor } from './register-prompts.ts';
import { resourcesFor } from './register-resources.ts';
import { toolsFor } from './register-tools.ts';
import type { ServerParts } from './server-parts.ts';

/**
 * Makes the SDK's server for one request of one caller. Nothing of it outlives the request, so that no state can pass from
 * one caller to another.
 */
export function sdkServerFor<Services extends object>(
  parts: ServerParts<Services>,
): (exchange: Omit<Exchange, 'server'>) => McpServer {
  const { name, title, version, icons, websiteUrl, instructions } = parts.definition;
  const info = { name, title, version, ...(icons && { icons: [...icons] }), ...(websiteUrl && { websiteUrl }) };
  const offers = [toolsFor(parts), resourcesFor(parts), promptsFor(parts)].filter((offer) => offer !== undefined);
  // What a server offers is the program's: it never changes while that runs.
  const capabilities = Object.assign({}, ...offers.map(({ capability }) => ({ [capability]: { listChanged: false } })));
  return (request) => {
    const server = new McpServer(info, { capabilities, ...(instructions !== undefined && { instructions }) });
    for (const { register } of offers) register({ ...request, server });
    return server;
  };
}
