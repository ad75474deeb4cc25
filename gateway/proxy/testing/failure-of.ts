import { Failure } from '../../../core/failure.ts';
import type { RpcFailure } from '../rpc-failure.ts';

/** The failure that a call ends with; undefined where it ends well. */
export function failureOf(call: () => unknown): Failure | RpcFailure | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  return undefined;
}
