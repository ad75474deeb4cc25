import type { Connection } from '../remote/reach.ts';

/** Where and as whom to ask. */
export interface Endpoint {
  readonly url: string;
  /** Headers that prove who asks, fresh for each request; none to ask as a stranger would. */
  readonly credentials: () => Promise<Readonly<Record<string, string>>>;
  /** How the one who asks introduces itself. Default: as the operator. */
  readonly clientInfo?: { readonly name: string; readonly version: string };
  /** For connections that may not be made to just anything. */
  readonly connection?: (() => Promise<Connection>) | undefined;
}
