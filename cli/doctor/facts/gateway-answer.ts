import type { Knock } from './knock.ts';

type Answered = Knock & { kind: 'answer' };

/** Who answers at the public URL, by what is said to the question for the metadata of a server. */
export type GatewayAnswer =
  | 'metadata'
  /** A gateway of Mooring, which does not know the server. */
  | 'unknown server'
  /** A gateway of Mooring, which is not known under this name. */
  | 'other host'
  | 'redirect'
  /** 502 to 504 of somebody who stands before it. */
  | 'proxy without gateway'
  | 'something else';

export function gatewayAnswer({ status, json }: Answered): GatewayAnswer {
  // Every refusal of ours has a code and an id (gateway/refusals.ts).
  const code = memberOf(json, 'error_id') === undefined ? undefined : memberOf(json, 'error');
  if (status === 200 && memberOf(json, 'resource') !== undefined) return 'metadata';
  if (code === 'misdirected_request') return 'other host';
  if (code === 'not_found') return 'unknown server';
  if (status >= 300 && status < 400) return 'redirect';
  return status >= 502 && status <= 504 ? 'proxy without gateway' : 'something else';
}

/** A text member of a JSON object. */
export function memberOf(json: unknown, name: string): string | undefined {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, name)) return undefined;
  const value = (json as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : undefined;
}
