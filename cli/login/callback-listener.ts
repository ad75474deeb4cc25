import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { callbackPage, CALLBACK_HEADERS, type CallbackPage } from './callback-page.ts';

const PATH = '/callback';

/** What the authorization server sent the browser back with. */
export interface CallbackAnswer {
  readonly parameters: URLSearchParams;
  /** The last thing that the person sees in the browser. */
  readonly show: (page: CallbackPage) => Promise<void>;
}

export interface CallbackListener {
  readonly redirectUri: string;
  readonly answer: Promise<CallbackAnswer>;
  close(): void;
}

/** What only an answer to our request has. */
interface Expected {
  readonly state: string;
  /** RFC 9207 section 2.4: the server that was asked. */
  readonly issuer: string;
}

/**
 * Waits for the browser to come back (RFC 8252 section 7.3), on this machine only. Other programs and pages can send requests
 * here too: what does not carry our `state`, or is from another server, is turned away, and the wait goes on. Only who sees the
 * address that the browser opens (other users of this machine, in the list of processes) can end it; they get no more than that,
 * for no code is good without its verifier (RFC 7636).
 */
export async function listenForCallback({ state, issuer }: Expected): Promise<CallbackListener> {
  const { promise, resolve } = Promise.withResolvers<CallbackAnswer>();
  let isAnswered = false;
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = URL.parse(request.url ?? '', origin());
    const isOurs = request.method === 'GET' && request.headers.host === new URL(origin()).host;
    if (!isOurs || url?.pathname !== PATH) return show(response, 404, NOTHING);
    const { searchParams: parameters } = url;
    const isAnswer = parameters.get('state') === state && parameters.get('iss') === issuer;
    if (isAnswered || !isAnswer) return show(response, 400, ANOTHER);
    isAnswered = true;
    return resolve({ parameters, show: async (page) => show(response, 200, page) });
  };
  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = (): string => `http://127.0.0.1:${port}`;
  return {
    redirectUri: origin() + PATH,
    answer: promise,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const NOTHING = { title: 'Nothing here', text: 'This page is only for signing in.' };
const ANOTHER = { title: 'Not this sign-in', text: 'This answer is not for the sign-in that is under way.' };

async function show(response: ServerResponse, status: number, page: CallbackPage): Promise<void> {
  response.writeHead(status, CALLBACK_HEADERS);
  // A browser that is gone already does not have to see it.
  await finished(response.end(callbackPage(page))).catch(() => undefined);
}
