import { isCertificateError } from '../../../core/remote/certificate-error.ts';
import { gatewayRoute } from '../../http/gateway-route.ts';
import { networkErrorCode } from '../../http/network-error-code.ts';
import { clockAhead } from './clock-ahead.ts';

/** What came of one HTTP request. */
export type Knock =
  | {
      readonly kind: 'answer';
      readonly url: string;
      readonly status: number;
      readonly headers: Headers;
      /** The body, where it is JSON; undefined otherwise. */
      readonly json: unknown;
      /** How far the other clock is ahead of ours in ms, by the header Date; undefined where none was sent. */
      readonly ahead: number | undefined;
    }
  | {
      readonly kind: 'silence';
      readonly url: string;
      readonly why: 'unknown host' | 'refused' | 'not trusted' | 'not TLS' | 'too slow' | 'broken';
      /** The code of the system, for people who look it up. */
      readonly code: string;
    };

interface Question {
  readonly signal: AbortSignal;
  readonly token?: string | undefined;
  /** Sent as JSON by POST. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Bytes of an answer that are read: metadata have one KB, refusals less. */
const MAX_BODY = 256 * 1024;

/** ms for one of several questions of a link, so that its bound is not what tells of silence. */
const QUESTION_MS = 5000;

/** Asks one URL, follows no redirect, and reads a bounded part of the answer. Throws nothing. */
export async function knock(url: string, { signal, token, body, headers }: Question): Promise<Knock> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(QUESTION_MS)]);
  const asked = Date.now();
  try {
    const response = await fetch(gatewayRoute(url), {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      signal: within,
      headers: {
        accept: 'application/json, text/event-stream',
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const ahead = clockAhead(response.headers.get('date'), asked, Date.now());
    const isJson = /^application\/(?:[\w.]+\+)?json\b/i.test(response.headers.get('content-type') ?? '');
    const json = isJson ? parsed(await readBounded(response)) : undefined;
    await response.body?.cancel().catch(() => {});
    return { kind: 'answer', url, status: response.status, headers: response.headers, json, ahead };
  } catch (error) {
    return { kind: 'silence', url, ...reasonOf(error, within) };
  }
}

async function readBounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  // A reader, because a loop over the body would close it and `cancel` then fails.
  const reader = response.body?.getReader();
  if (!reader) return '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MAX_BODY) break;
    pieces.push(value);
  }
  reader.releaseLock();
  return Buffer.concat(pieces).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown, signal: AbortSignal): Pick<Knock & { kind: 'silence' }, 'why' | 'code'> {
  if (signal.aborted) return { why: 'too slow', code: 'ETIMEDOUT' };
  const code = networkErrorCode(error);
  if (isCertificateError(code)) return { why: 'not trusted', code };
  return { why: REASONS[code] ?? (/^(?:ERR_SSL_|EPROTO)/.test(code) ? 'not TLS' : 'broken'), code };
}

const REASONS: Readonly<Record<string, (Knock & { kind: 'silence' })['why']>> = {
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'unknown host',
  EAI_FAIL: 'unknown host',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'too slow',
  UND_ERR_CONNECT_TIMEOUT: 'too slow',
  UND_ERR_HEADERS_TIMEOUT: 'too slow',
};
