import { request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Fetch {
  readonly url: string;
  readonly method?: string;
  /** `host` too, which `fetch` would not send. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Fetched {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Milliseconds: whoever is asked is in the same cluster. */
const TIMEOUT = 10_000;

/** One request over a connection of its own. */
export const fetchOnce = ({ url, method = 'GET', headers = {}, body }: Fetch): Promise<Fetched> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false, timeout: TIMEOUT }, (response) => {
      text(response).then(
        (received) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
        reject,
      );
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer of ${url} in ${TIMEOUT / 1000} s`)));
    sent.on('error', reject);
    sent.end(body);
  });
