import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Failure } from '../../core/failure.ts';
import type { MooringConfig } from '../../core/mooring-config.ts';
import { jsonRpcMessages, type JsonRpcMessage } from './json-rpc-messages.ts';
import { checkMcpHeaders } from './mcp-headers.ts';
import { parseJson } from './parse-json.ts';
import { readBytes } from './read-bytes.ts';

export type { JsonRpcMessage } from './json-rpc-messages.ts';

/** A request body that was read once: the bytes go to the backend as they came, the messages are what rules look at. */
export interface RequestBody {
  readonly raw: Buffer;
  /** One message, or several in a batch (2025-03-26 only). */
  readonly messages: readonly JsonRpcMessage[];
}

type BodyLimits = Pick<MooringConfig['limits'], 'requestBodyBytes' | 'requestSeconds' | 'jsonDepth'>;

/**
 * Reads the body of a POST: bounded in size (413), time (408) and depth (400), of the right media type (415), JSON that
 * can be read in one way only (400), and in agreement with the `Mcp-*` headers (400).
 */
export async function readRequestBody(incoming: IncomingMessage, limits: BodyLimits): Promise<RequestBody> {
  checkMediaType(incoming.headers);
  const raw = await readBytes(incoming, limits);
  const messages = jsonRpcMessages(parseJson(raw, limits.jsonDepth));
  checkMcpHeaders(incoming.headers, messages);
  return { raw, messages };
}

function checkMediaType(headers: IncomingHttpHeaders): void {
  if (!isJson(headers['content-type'])) {
    throw unsupported('Send the request with "Content-Type: application/json".', { 'accept-post': 'application/json' });
  }
  if (headers['content-encoding'] !== undefined) {
    throw unsupported('Send the request body without Content-Encoding.', { 'accept-encoding': 'identity' });
  }
}

/** `application/json`, whose only encoding is UTF-8 (RFC 8259 section 8.1): with another charset a backend might read other text. */
function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  return type.trim() === 'application/json' && !parameters.some(isOtherCharset);
}

const isOtherCharset = (parameter: string): boolean =>
  /^\s*charset\b/.test(parameter) && !/^\s*charset\s*=\s*(?:utf-?8|"utf-?8")\s*$/.test(parameter);

/** RFC 9110 sections 15.5.16 and 12.5.3: 415 with Accept-Encoding says that the encoding was the problem. */
const unsupported = (message: string, headers: Record<string, string>): Failure =>
  new Failure('unsupported_media_type', message, { status: 415, headers });
