import type { Identity } from '../../core/identity-token.ts';
import type { Log } from '../../core/log.ts';
import type { OwnArtifacts } from './artifacts/artifact-link.ts';
import type { AskClient } from './client/ask-client.ts';
import type { Progress } from './progress.ts';

/** What every handler gets beside the services of its server (a database, for example). */
export interface CallContext {
  /** Who calls, as the gateway says: no `subject` for anonymous callers. */
  readonly identity: Identity;
  /** Aborts when the client cancels, or goes away. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** How a tool reaches who is behind the client. */
export interface ClientContext {
  /** Questions to the person, and work for the model, behind the client; a member is absent where the client cannot do it. */
  readonly client: AskClient;
  /**
   * The value that `make` gave when it was first called with this key in this call. A handler that asks the client may be run
   * again from its beginning, even by another replica: what must happen once, or stay the same, happens in here. The value
   * travels through the client, encrypted, so it is JSON and small.
   */
  readonly once: <Value>(key: string, make: () => Promise<Value>) => Promise<Value>;
}

/** What a tool gets of its call whatever its client can do. */
export interface ToolCallBasis extends CallContext {
  /** Tells the client how far the call is. Costs nothing where nobody listens, and can be called as often as one likes. */
  readonly progress: (progress: Progress) => void;
  /** What the caller may keep as artifacts. */
  readonly artifacts: OwnArtifacts;
  /**
   * The signed `Mooring-Identity` of the caller, for a tool with `actsForCaller`: whoever has it acts as the caller towards this server for up to 60 s. A
   * function, so that no log shows it; hand it on by a pipe, never as an argument.
   */
  readonly identityToken?: () => string;
}

/** What the handler of a tool gets beside the services of its server. */
export interface ToolCallContext extends ToolCallBasis, ClientContext {}

/** The context of a resource, a template or a prompt. */
export type ReadContext<Services = object> = CallContext & Services;

export type ToolContext<Services = object> = ToolCallContext & Services;
