import { Failure } from '../../core/failure.ts';
import type { Place } from './place.ts';

/** A gateway elsewhere, seen through its registry and MCP by who has signed in. */
export function gatewayPlace(url: string): Place {
  const notYet = async (): Promise<never> => Promise.reject(new Failure('not_signed_in', `not built yet: ${url}`));
  return { kind: 'gateway', label: url, namespace: undefined, list: notYet, access: notYet, close: async () => {} };
}
