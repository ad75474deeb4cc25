// A pod with hands and eyes inside the cluster, for tests that run outside of it. The control port takes JSON:
//   POST /fetch             one request from inside the cluster, and its answer
//   POST /traffic           starts steady traffic; GET and DELETE /traffic/<id> answer its counts, DELETE ends it
//   POST /fault             how the way to the API server behaves from now on
// Besides, `RELAY_TO` (host:port) is reached on the relay port, and the API server on the API port.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { startFaultProxy, type Fault } from './fault-proxy.ts';
import { fetchOnce, type Fetch } from './fetch-once.ts';
import { CONTROL_PORT, API_PORT, RELAY_PORT } from './ports.ts';
import { relay } from './relay.ts';
import { startTraffic, type Traffic, type TrafficOptions } from './traffic.ts';

const { RELAY_TO, KUBERNETES_SERVICE_HOST = '', KUBERNETES_SERVICE_PORT = '443' } = process.env;
if (RELAY_TO !== undefined) relay(RELAY_PORT, address(RELAY_TO));
const faults = startFaultProxy(API_PORT, { host: KUBERNETES_SERVICE_HOST, port: Number(KUBERNETES_SERVICE_PORT) });
const traffics = new Map<string, Traffic>();

async function act(route: string, id: string, body: unknown): Promise<unknown> {
  switch (route) {
    case 'GET /healthz':
      return {};
    case 'POST /fetch':
      return fetchOnce(body as Fetch);
    case 'POST /fault':
      return faults.set(body as Fault);
    case 'POST /traffic': {
      const next = String(traffics.size);
      traffics.set(next, startTraffic(body as TrafficOptions));
      return { id: next };
    }
    case 'GET /traffic':
      return traffics.get(id)?.counts();
    case 'DELETE /traffic':
      return traffics.get(id)?.stop();
    default:
      throw new Error(`no such thing: ${route}`);
  }
}

createServer((request, response) => {
  const [, thing = '', id = ''] = (request.url ?? '').split('/');
  const hasBody = request.method === 'POST';
  const answer = async () => act(`${request.method} /${thing}`, id, hasBody ? await json(request) : undefined);
  answer().then(
    (result) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? null)),
    (error: Error) =>
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message: error.stack })),
  );
}).listen(CONTROL_PORT);

process.once('SIGTERM', () => process.exit(0));

function address(text: string): { host: string; port: number } {
  const [host = '', port] = text.split(':');
  return { host, port: Number(port) };
}
