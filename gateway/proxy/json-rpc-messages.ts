import { RpcFailure } from './rpc-failure.ts';

/** As much of a JSON-RPC 2.0 message as rules need. */
export interface JsonRpcMessage {
  readonly id?: string | number | null;
  readonly method?: string;
  /** Null is sent by clients that mean "none". */
  readonly params?: { readonly name?: unknown; readonly uri?: unknown; readonly [key: string]: unknown } | null;
}

/** JSON-RPC 2.0 section 5.1. */
const INVALID_REQUEST = -32600;

/** One for each 64 KiB, a generous message, of the default body limit: a request may not stand for thousands. */
const MAX_BATCH = 64;

/** What rules look at. */
const LOOKED_AT = new Set(['jsonrpc', 'id', 'method', 'params', 'name', 'uri', 'taskId']);

/**
 * The same names in any case: backends that ignore case, as Go's encoding/json does, must not find a second one. With
 * `iu`, case is folded as there: U+017F is an s, U+212A a k.
 */
const ANY_CASE = new RegExp(`^(?:${[...LOOKED_AT].join('|')})$`, 'iu');

/** The messages of a parsed body: one, or a batch (2025-03-26 only; other revisions leave its refusal to the backend). Fails with 400. */
export function jsonRpcMessages(value: unknown): readonly JsonRpcMessage[] {
  if (!Array.isArray(value)) return [jsonRpcMessage(value)];
  if (value.length === 0) throw invalid('The batch is empty.');
  if (value.length > MAX_BATCH) throw invalid(`The batch has more than ${MAX_BATCH} messages. Send several.`);
  return value.map(jsonRpcMessage);
}

function jsonRpcMessage(value: unknown): JsonRpcMessage {
  if (!isObject(value)) throw invalid('A JSON-RPC message is an object.');
  const { id, method, params } = value;
  if (id !== undefined && id !== null && typeof id !== 'string' && typeof id !== 'number') {
    throw invalid('The id of a JSON-RPC message is a string or a number.');
  }
  if (method !== undefined && typeof method !== 'string') throw invalid('The method of a message is a string.', id);
  // By-position parameters are JSON-RPC, but no MCP method has them, and a rule could not find the name of a tool there.
  if (params !== undefined && params !== null && !isObject(params)) throw invalid('params is an object.', id);
  refuseLookAlikes(value, id);
  if (params) refuseLookAlikes(params, id);
  if (hasNul(method) || hasNul(params?.['name']) || hasNul(params?.['uri'])) throw invalid(WITH_NUL, id);
  return value;
}

function refuseLookAlikes(object: Record<string, unknown>, id: JsonRpcMessage['id']): void {
  for (const key of Object.keys(object)) {
    if (hasNul(key)) throw invalid(WITH_NUL, id);
    if (ANY_CASE.test(key) && !LOOKED_AT.has(key)) {
      throw new RpcFailure(
        'ambiguous_json_key',
        'The name of a member differs only by case from one that MCP defines. Write it as MCP does.',
        { code: INVALID_REQUEST, id: id ?? null },
        { status: 400 },
      );
    }
  }
}

/** Where it is written in C, a backend reads a text up to its first NUL: another method, tool or member than the rules have seen. */
const hasNul = (value: unknown): boolean => typeof value === 'string' && value.includes('\0');
const WITH_NUL = 'Names must not contain the character U+0000.';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (message: string, id?: JsonRpcMessage['id']): RpcFailure =>
  new RpcFailure(
    'invalid_message',
    `${message} See JSON-RPC 2.0.`,
    { code: INVALID_REQUEST, id: id ?? null },
    { status: 400 },
  );
