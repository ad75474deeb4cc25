/**
 * Milliseconds until a client that is still without an answer is sent the head of one. Proxies on the way give up where nothing came for 60 s
 * (nginx, HAProxy and load balancers by default), and some after 30 s.
 */
const PATIENCE_MS = 10_000;

/**
 * An answer that takes long becomes an event stream, which the gateway keeps alive: the transport lets a server choose either for a POST
 * (MCP, Streamable HTTP, "Sending Messages to the Server"). Quick answers stay as they are.
 */
export async function patientAnswer(
  request: Request,
  answer: Promise<Response>,
  patienceMs = PATIENCE_MS,
): Promise<Response> {
  const takesEvents = request.headers.get('accept')?.includes('text/event-stream');
  if (request.method !== 'POST' || !takesEvents) return answer;
  const patience = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => patience.resolve(undefined), patienceMs);
  try {
    return (await Promise.race([answer, patience.promise])) ?? eventStream(answer);
  } finally {
    clearTimeout(timer);
  }
}

/** The head and a comment at once, the answer as its one event when it is there. */
function eventStream(answer: Promise<Response>): Response {
  async function* body(): AsyncGenerator<string | Uint8Array> {
    yield ':\n\n';
    const response = await answer;
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (isStream && response.body) yield* response.body;
    else yield `event: message\ndata: ${await response.text()}\n\n`;
  }
  return new Response(ReadableStream.from(encoded(body())), { headers: { 'content-type': 'text/event-stream' } });
}

async function* encoded(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield typeof piece === 'string' ? encoder.encode(piece) : piece;
}
