import type { JsonObject, Reply } from './post-message.ts';

/** What a server said about itself when the conversation began. */
export interface Hello {
  readonly era: 'modern' | 'legacy';
  readonly serverInfo: JsonObject;
  readonly capabilities: JsonObject;
  readonly instructions?: string;
  readonly protocolVersions: readonly string[];
}

/** One era's way of talking with one server. */
export interface Conversation {
  readonly hello: Hello;
  /** Asks one thing. Throws ProbeFailure where no answer comes. */
  readonly ask: (method: string, params: JsonObject, signal: AbortSignal) => Promise<Reply>;
  /** A request that every server of the era answers. Throws ProbeFailure where this one does not. */
  ping(signal: AbortSignal): Promise<void>;
  /** Ends what the server keeps for it; never throws. */
  close(): Promise<void>;
}

/** How the operator introduces itself. */
export const CLIENT_INFO = { name: 'mooring-operator', version: '1' } as const;

/** What a client of Streamable HTTP must accept. */
export const ACCEPT = 'application/json, text/event-stream';

export const isConversation = (opened: Conversation | Reply): opened is Conversation => 'hello' in opened;
