/** An error of JSON-RPC, as the gateway refuses with it (gateway/refusals.ts). */
export interface RpcError {
  readonly message: string;
  /** The stable code of a Failure. */
  readonly code: string | undefined;
}

export function rpcError(json: unknown): RpcError | undefined {
  const { error } = (typeof json === 'object' && json !== null ? json : {}) as {
    error?: { message?: unknown; data?: { code?: unknown } };
  };
  if (typeof error?.message !== 'string') return undefined;
  const code = error.data?.code;
  return { message: error.message, code: typeof code === 'string' ? code : undefined };
}
