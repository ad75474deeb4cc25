import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { excerpt } from '../excerpt.ts';
import type { JsonRpcMessage } from './json-rpc-messages.ts';
import { RpcFailure } from './rpc-failure.ts';

/** HeaderMismatch of revision 2026-07-28. */
const HEADER_MISMATCH = -32020;

/** Where each message of revision 2026-07-28 names its revision, in `params._meta`. */
const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

/** Which parameter `Mcp-Name` repeats (SEP-2243, and SEP-2663 for tasks). */
const NAME_SOURCES = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

/**
 * `Mcp-Method` and `Mcp-Name` must say what the body says, where they are sent: whoever reads the body MUST refuse the
 * rest, because others on the way route by the headers. Fails with 400 and -32020. Whether they are missing is left to the backend.
 */
export function checkMcpHeaders(headers: IncomingHttpHeaders, messages: readonly JsonRpcMessage[]): void {
  const methodHeader = headers['mcp-method'];
  const nameHeader = headers['mcp-name'];
  if (methodHeader === undefined && nameHeader === undefined) return;
  const [message, another] = messages;
  if (!message || another) throw mismatch('a batch', 'a batch has no headers of one method', undefined);
  if (methodHeader !== undefined && methodHeader !== message.method) {
    throw mismatch(String(methodHeader), `the body names method ${excerpt(message.method) ?? '(none)'}`, message);
  }
  if (nameHeader !== undefined) checkName(String(nameHeader), message);
}

function checkName(header: string, message: JsonRpcMessage): void {
  const source = NAME_SOURCES.get(message.method ?? '');
  if (source === undefined) return;
  const decoded = decoded64(header);
  if (decoded === undefined) {
    throw mismatch(header, 'the Mcp-Name header carries an invalid Base64 sentinel value', message);
  }
  const value = message.params?.[source];
  // Without a name in the body there is nothing to contradict: the backend says what is missing.
  if (typeof value === 'string' && value !== decoded) {
    throw mismatch(header, `the body carries params.${source}="${excerpt(value)}"`, message);
  }
}

/** Where the header and the body name different revisions. Real clients send that, and the backend answers it. */
export function versionMismatch(
  headers: IncomingHttpHeaders,
  messages: readonly JsonRpcMessage[] | undefined,
): { header: string | undefined; body: string | undefined } | undefined {
  const header = headers['mcp-protocol-version'];
  const meta = messages?.[0]?.params?.['_meta'];
  if (typeof header !== 'string' || typeof meta !== 'object' || meta === null || !(VERSION_KEY in meta))
    return undefined;
  const body = meta[VERSION_KEY];
  if (typeof body !== 'string' || body === header) return undefined;
  return { header: excerpt(header), body: excerpt(body) };
}

/** The text of `=?base64?…?=`, other text as it is, undefined where the Base64 (RFC 4648 section 4) or its UTF-8 is broken. */
function decoded64(value: string): string | undefined {
  const encoded = /^=\?base64\?(.*)\?=$/.exec(value)?.[1];
  if (encoded === undefined) return value;
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.toString('base64') === encoded && isUtf8(bytes) ? bytes.toString() : undefined;
}

/** Message and data as servers on the official SDK send them, so that the gateway is not seen. */
const mismatch = (header: string, body: string, message: JsonRpcMessage | undefined): RpcFailure =>
  new RpcFailure(
    'header_mismatch',
    `Bad Request: the request headers and body disagree: ${body}`,
    { code: HEADER_MISMATCH, id: message?.id ?? null, data: { mismatch: { header: excerpt(header), body } } },
    { status: 400 },
  );
