import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { toolCall, type Era } from './tool-call.ts';

export interface TrafficOptions {
  /** MCP endpoint, as the pod reaches it. */
  readonly url: string;
  /** What the gateway is to see: its public name. */
  readonly host: string;
  readonly token?: string;
  readonly era: Era;
  /** Clients, each of which sends the next call when the one before is answered and this time is over. */
  readonly clients: number;
  readonly pauseMs: number;
  /** Without, each call opens a connection. */
  readonly keepAlive: boolean;
  /** Makes each call last so long. */
  readonly seconds?: number;
}

export interface Lost {
  /** RFC 3339. */
  readonly at: string;
  readonly afterMs: number;
  readonly what: string;
}

export interface Counts {
  readonly answered: number;
  readonly lost: number;
  /** The first of them. */
  readonly losses: readonly Lost[];
  readonly slowestMs: number;
  /** Answers by who gave them: `<version> <pod>`. */
  readonly answeredBy: Readonly<Record<string, number>>;
}

export interface Traffic {
  counts(): Counts;
  /** Lets calls under way end. */
  stop(): Promise<Counts>;
}

/** Of losses that are told in full. */
const TOLD = 20;
/** Milliseconds: far above what any call here takes. */
const TIMEOUT = 90_000;

/** Calls one tool again and again. A call counts as lost unless its own text comes back: nothing is tried twice. */
export function startTraffic(options: TrafficOptions): Traffic {
  const agent = options.keepAlive ? new Agent({ keepAlive: true, maxSockets: options.clients }) : undefined;
  const answeredBy: Record<string, number> = {};
  const losses: Lost[] = [];
  let [answered, lost, slowestMs, number] = [0, 0, 0, 0];
  const stopping = new AbortController();

  const client = async (): Promise<void> => {
    for (; !stopping.signal.aborted; await sleep(options.pauseMs)) {
      const started = Date.now();
      const mark = `call-${++number}.`;
      try {
        const by = answererOf(await send(mark, options, agent), mark);
        answeredBy[by] = (answeredBy[by] ?? 0) + 1;
        answered++;
      } catch (error) {
        lost++;
        const what = error instanceof Error ? error.message : String(error);
        if (losses.length < TOLD) {
          losses.push({ at: new Date().toISOString(), afterMs: Date.now() - started, what: what.slice(0, 500) });
        }
      }
      slowestMs = Math.max(slowestMs, Date.now() - started);
    }
  };
  const clients = Array.from({ length: options.clients }, client);

  const counts = (): Counts => ({ answered, lost, losses, slowestMs, answeredBy });
  return {
    counts,
    async stop() {
      stopping.abort();
      await Promise.all(clients);
      agent?.destroy();
      return counts();
    },
  };
}

async function send(mark: string, options: TrafficOptions, agent: Agent | undefined): Promise<string> {
  const { url, host, token, era, seconds } = options;
  const { headers, body } = toolCall(era, mark, seconds);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = request(
    url,
    { method: 'POST', headers: { ...headers, ...authorization, host }, agent: agent ?? false, timeout: TIMEOUT },
    (response) => {
      text(response).then((received) => {
        if (response.statusCode === 200) resolve(received);
        else reject(new Error(`HTTP ${response.statusCode} ${told(response.headers)} ${received}`));
      }, reject);
    },
  );
  sent.on('timeout', () => sent.destroy(new Error(`no answer in ${TIMEOUT / 1000} s`)));
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

const told = ({ 'retry-after': retryAfter }: IncomingHttpHeaders): string =>
  retryAfter === undefined ? '' : `(Retry-After ${retryAfter})`;

/** `<version> <pod>` of the answer, which must be the one to this call; of a slow call `slept`. */
function answererOf(answer: string, mark: string): string {
  const by = /"text":"(\S+ \S+) ([^"]*)"/.exec(answer);
  if (by?.[2] === mark) return by[1] ?? '';
  if (/"slept \d/.test(answer)) return 'slept';
  const structured = /\\"answer\\":\\"(\S+ \S+) ([^"\\]*)\\"/.exec(answer);
  if (structured?.[2] === mark) return structured[1] ?? '';
  throw new Error(`not the answer to ${mark}: ${answer.slice(0, 300)}`);
}
