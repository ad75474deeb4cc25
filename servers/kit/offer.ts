import type { McpRequestContext, McpServer } from '@modelcontextprotocol/server';
import type { Caller } from './caller.ts';

/** One request of one caller, and the SDK's server that answers it. */
export interface Exchange {
  readonly server: McpServer;
  readonly caller: Caller;
  readonly era: McpRequestContext['era'];
}

/** A part of what a server can do; it is registered anew for each request. */
export interface Offer {
  readonly capability: 'tools' | 'resources' | 'prompts';
  readonly register: (exchange: Exchange) => void;
}
