import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const JSON_TYPE = { 'content-type': 'application/json' };

/** A request on a connection of its own, up to the head of its answer. */
export async function open(
  url: string,
  { method = 'POST', headers = {}, body = method === 'POST' ? PING : undefined }: RequestOptions = {},
): Promise<http.IncomingMessage> {
  const request = http.request(url, { method, agent: false, headers: { ...JSON_TYPE, ...headers } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return response;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer | undefined;
}

/** A whole exchange. Fails where the answer is cut off. */
export async function exchange(url: string, options?: RequestOptions): Promise<Answer> {
  const response = await open(url, options);
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** The failure code in an answer of the gateway itself. */
export const codeOf = ({ body }: Answer): unknown =>
  (JSON.parse(body) as { error: { data: { code: unknown } } }).error.data.code;

/** Sends bytes as they are and reads until the other side ends. */
export async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}
