/** A request body that was read once: the bytes go to the backend as they came, the messages are what rules look at. */
export interface RequestBody {
  readonly raw: Buffer;
  /** One message, or several in a batch (2025-03-26 only). */
  readonly messages: readonly JsonRpcMessage[];
}

/** As much of a JSON-RPC 2.0 message as rules need. */
export interface JsonRpcMessage {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: { readonly name?: unknown; readonly uri?: unknown; readonly [key: string]: unknown };
}
