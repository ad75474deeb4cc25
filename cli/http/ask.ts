import { collectBytes } from '../../core/byte-collector.ts';
import { Failure } from '../../core/failure.ts';
import { gatewayRoute } from './gateway-route.ts';
import { networkFailure } from './network-failure.ts';

interface Question {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A gateway answers in milliseconds; this ends a hang, also of one who sends a byte now and then. */
const TIMEOUT_MS = 10_000;

/** A catalogue of 1,000 servers with 20 tools each has 2 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Asks a URL, bounded in time and size. Redirects are answers like others: nobody is sent elsewhere with a token. Throws
 * `unreachable` where there is no answer, `wrong_host` for 421, `answer_too_large`.
 */
export async function ask(address: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = question;
  const url = new URL(address);
  try {
    const response = await fetch(gatewayRoute(url), {
      method,
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body && { body }),
    });
    const text = await readText(response, url, maxBytes);
    if (response.status === 421) throw wrongHost(url);
    return { url, status: response.status, headers: response.headers, text };
  } catch (error) {
    throw error instanceof Failure ? error : networkFailure(error, url);
  }
}

async function readText(response: Response, url: URL, maxBytes: number): Promise<string> {
  const collected = collectBytes(maxBytes);
  for await (const chunk of response.body ?? []) {
    if (!collected.add(chunk)) {
      throw new Failure('answer_too_large', `${url.origin} sent more than ${maxBytes} bytes, which is no good answer.`);
    }
  }
  return collected.bytes().toString('utf8');
}

/** RFC 9110 section 15.5.20. */
const wrongHost = ({ origin, host }: URL): Failure =>
  new Failure(
    'wrong_host',
    `${origin} answers, but not to the name ${host}. Use the URL that its owner gives out (publicUrl in its mooring.yaml), or have ${host} added to allowedHosts there.`,
  );
