import { Failure, type FailureDetails } from '../../core/failure.ts';

/** The error object of JSON-RPC 2.0 section 5.1, and the id of the request that it answers. */
export interface RpcError {
  readonly code: number;
  readonly data?: unknown;
  /** Null where the request had none or could not be read. */
  readonly id: string | number | null;
}

/**
 * A failure whose answer is a certain JSON-RPC error: clients read eras and lost sessions off its code. Every other
 * failure on an MCP endpoint is -32000, "implementation-defined" (JSON-RPC 2.0 section 5.1).
 */
export class RpcFailure extends Failure {
  readonly rpc: RpcError;

  constructor(code: string, message: string, rpc: RpcError, details: FailureDetails) {
    super(code, message, details);
    this.rpc = rpc;
  }
}
